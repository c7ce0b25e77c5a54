/**
 * Idle connections with keepalive, as `idle.ts` measures them.
 *
 * @module
 */
import { FLOOR, OURS } from "../calls_stacks.ts";
import type { Figures, Row } from "../calls_table.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

const COUNTS = [1_000, 10_000];

/** What `idle.ts` calls the stacks that it has a program of. */
const WORDS: Record<string, string> = {
  [OURS]: "ours",
  "grpc-go": "grpc-go",
  [FLOOR.name]: "bare",
};

const PROGRAM = new URL("../idle.ts", import.meta.url);

/** Measures one side of idle connections; the other is a bare program. */
export async function measureIdle(
  side: "server" | "client",
  { stacks, tell }: Setting,
): Promise<Table[]> {
  const only = stacks.flatMap(({ name }) => WORDS[name] ?? []).join(",");
  const tables: Table[] = [];
  for (const count of only === "" ? [] : COUNTS) {
    const title = `${count.toLocaleString("en").replace(",", " ")} ` +
      `idle connections of a ${side}`;
    tell(`${title}: a minute and a half`);
    const flags = ["--side", side, "--connections", String(count)];
    tables.push({
      title,
      rows: await rowsOf(title, [...flags, "--only", only]),
    });
  }
  return tables;
}

async function rowsOf(title: string, flags: readonly string[]): Promise<Row[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM.href, "--json", ...flags],
  });
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    const [missing] = new TextDecoder().decode(stderr).split("\n");
    return [{ name: OURS, missing }];
  }
  const found: Record<string, Figures | { missing: string }> = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return Object.entries(found).map(([short, row]): Row => {
    const name = short.replace(/^ours/, OURS);
    return typeof row.missing === "string"
      ? { name, missing: row.missing }
      : { name, figures: { [title]: row as Figures } };
  });
}
