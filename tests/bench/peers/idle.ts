/**
 * Idle connections with keepalive, as `idle.ts` measures them.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import type { Figures, Row } from "../calls_table.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

const COUNTS = [1_000, 10_000];

const PROGRAM = new URL("../idle.ts", import.meta.url);

/** Measures one side of idle connections; the other is a bare program. */
export async function measureIdle(
  side: "server" | "client",
  { tell }: Setting,
): Promise<Table[]> {
  const tables: Table[] = [];
  for (const count of COUNTS) {
    const title = `${count} idle connections of a ${side}`;
    tell(`${title}: a minute and a half`);
    tables.push({ title, rows: await rowsOf(title, side, count) });
  }
  return tables;
}

async function rowsOf(
  title: string,
  side: string,
  count: number,
): Promise<Row[]> {
  const flags = ["--json", "--side", side, "--connections", String(count)];
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM.href, ...flags],
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) return [{ name: "all", missing: "failed: idle.ts" }];
  const found: Record<string, Figures> = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return Object.entries(found).map(([name, figures]) => ({
    name: name.replace(/^ours/, OURS),
    figures: { [title]: figures },
  }));
}
