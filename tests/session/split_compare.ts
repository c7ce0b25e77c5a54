import type { SessionEvent } from "../../src/session/mod.ts";
import type { Outcome } from "./split_player.ts";

/** Keys whose values are times, or spans of it. */
const TIMES: ReadonlySet<string> = new Set([
  "at",
  "closeAt",
  "lastLocalStreamCreatedAt",
  "lastReadAt",
  "lastRemoteStreamCreatedAt",
  "lastRtt",
  "lastWrittenAt",
  "minRtt",
  "rtt",
  "sentAt",
  "silence",
]);

/** Tells where two outcomes differ, `undefined` if they do not. */
export function difference(
  expected: Outcome,
  actual: Outcome,
  compareTimes: boolean,
): string | undefined {
  for (const end of ["client", "server"] as const) {
    const at = firstDifference(expected[end], actual[end], compareTimes);
    if (at < 0) continue;
    return [
      `The ${end} tells another story from event ${at} on.`,
      `Unsplit: ${tail(expected[end], at)}`,
      `Split: ${tail(actual[end], at)}`,
    ].join("\n");
  }
  for (const part of ["answers", "counters"] as const) {
    if (alike(expected[part], actual[part], compareTimes)) continue;
    return [
      `The ${part} differ.`,
      `Unsplit: ${JSON.stringify(expected[part])}`,
      `Split: ${JSON.stringify(actual[part])}`,
    ].join("\n");
  }
  return undefined;
}

function firstDifference(
  expected: readonly SessionEvent[],
  actual: readonly SessionEvent[],
  compareTimes: boolean,
): number {
  const length = Math.max(expected.length, actual.length);
  for (let i = 0; i < length; i++) {
    if (!alike(expected[i], actual[i], compareTimes)) return i;
  }
  return -1;
}

/** Whether two values are equal, all through; times only if asked to. */
export function alike(a: unknown, b: unknown, compareTimes: boolean): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((octet, i) => octet === b[i]);
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    if (!(key in b)) return false;
    if (!compareTimes && TIMES.has(key)) return true;
    const values = [a, b] as Record<string, unknown>[];
    return alike(values[0][key], values[1][key], compareTimes);
  });
}

function tail(events: readonly SessionEvent[], at: number): string {
  const shown = events.slice(Math.max(0, at - 2), at + 4);
  return JSON.stringify(
    shown,
    (_, value) =>
      value instanceof Uint8Array ? `${value.length} octets` : value,
  );
}
