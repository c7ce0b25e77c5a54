/**
 * One side of one stack with the other of another, so that each is seen alone.
 *
 * @module
 */
import type { Job } from "../calls_programs/jobs.ts";
import { OURS } from "../calls_stacks.ts";
import { type Contender, takeTurns } from "./rounds.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

const JOBS: Record<string, Job> = {
  "unary 32 B, 1 at a time": {
    kind: "unary",
    concurrency: 1,
    milliseconds: 0,
  },
  "unary 32 B, 64 at a time": {
    kind: "unary",
    concurrency: 64,
    milliseconds: 0,
  },
  "1 KiB down": { kind: "download", size: 1_024, messages: 0 },
  "1 KiB up": { kind: "upload", size: 1_024, messages: 0 },
};

/** Measures our client with each server, and each client with our server. */
export async function measureCross(setting: Setting): Promise<Table[]> {
  const own = setting.stacks.find(({ name }) => name === OURS);
  if (own === undefined || "missing" in own) return [];
  const contenders: Contender[] = [
    { name: OURS, server: own.command, client: own.command },
  ];
  for (const other of setting.stacks) {
    if (other === own || !speaksOctets(other.name)) continue;
    if ("missing" in other) {
      contenders.push(other);
      continue;
    }
    const { name, command } = other;
    contenders.push(
      { name: `${name}, ours serves`, server: own.command, client: command },
      { name: `${name}, ours calls`, server: command, client: own.command },
      { name: `${name}, both`, server: command, client: command },
    );
  }
  return await takeTurns(setting, contenders, JOBS);
}

/** Messages of connect-node are those of protobuf. */
function speaksOctets(name: string): boolean {
  return name !== "connect-node";
}
