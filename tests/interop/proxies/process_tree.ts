/**
 * Processes and their children, as Linux tells of them.
 *
 * @module
 */

import { run } from "../tools.ts";

/** The ids of the direct children of a process, the oldest first. */
export async function children(pid: number): Promise<number[]> {
  // Deno reads /proc itself only when everything is allowed.
  const { ok, text } = await run(["cat", `/proc/${pid}/task/${pid}/children`]);
  return ok ? text.split(" ").filter((id) => id.trim() !== "").map(Number) : [];
}

/** Sends a signal to processes, of which some may have ended. */
export function signalAll(pids: readonly number[], signal: Deno.Signal): void {
  for (const pid of pids) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
