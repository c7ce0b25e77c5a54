/**
 * From the start of two processes to the first answer.
 *
 * @module
 */
import { Program } from "../calls_process.ts";
import type { Command } from "../calls_stacks.ts";
import { OURS } from "../calls_stacks.ts";
import { addRatios, type Row } from "../calls_table.ts";
import { median } from "../measure.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

const FIRST_CALL = { kind: "burst", calls: 1 } as const;

/** Milliseconds until a first answer is given up. */
const PATIENCE = 30_000;

const TITLE = "cold start";

interface Start {
  /** Milliseconds until the server listens. */
  readonly server: number;
  /** Milliseconds from there until the client has its first answer. */
  readonly client: number;
}

/** Starts each stack in each round. */
export async function measureCold(setting: Setting): Promise<Table[]> {
  const { stacks, rounds, tell } = setting;
  const starts = new Map(stacks.map(({ name }) => [name, [] as Start[]]));
  const failures = new Map<string, string>();
  // Once more: the first start reads all files from the disk.
  for (let round = 0; round <= rounds; round++) {
    tell(`${TITLE}: round ${round} of ${rounds}`);
    for (const stack of stacks) {
      if ("missing" in stack || failures.has(stack.name)) continue;
      try {
        const start = await startOnce(stack.command);
        if (round > 0) starts.get(stack.name)!.push(start);
      } catch (error) {
        failures.set(stack.name, (error as Error).message);
      }
    }
  }
  const rows = stacks.map((stack): Row => {
    if ("missing" in stack) return stack;
    const missing = failures.get(stack.name);
    if (missing !== undefined) return { name: stack.name, missing };
    const of = (figure: (start: Start) => number) =>
      median(starts.get(stack.name)!.map(figure));
    const total = of(({ server, client }) => server + client);
    const figures = {
      "starts/s": 1_000 / total,
      "ms to first answer": total,
      "ms server": of(({ server }) => server),
      "ms client": of(({ client }) => client),
    };
    return { name: stack.name, figures: { [TITLE]: figures } };
  });
  addRatios(rows, OURS);
  return [{ title: TITLE, rows }];
}

async function startOnce(command: Command): Promise<Start> {
  const begin = performance.now();
  await using server = new Program([...command, "server"]);
  const port = await server.port();
  const listening = performance.now();
  const target = `127.0.0.1:${port}`;
  await using client = new Program([...command, "client", target]);
  await client.ask(FIRST_CALL);
  await client.answer(PATIENCE);
  return {
    server: listening - begin,
    client: performance.now() - listening,
  };
}
