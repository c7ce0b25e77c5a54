/**
 * What a chaos run prints.
 *
 * @module
 */
import { statusName } from "@keepalive/grpc";
import { describe, type Reported, type Run, seconds } from "./conductor.ts";
import type { Verdict, Window } from "./judge.ts";
import type { CallRecord } from "./records.ts";

/** How many calls, and reasons, of a sort are shown. */
const SHOWN = 10;

/** Prints the tables: the stacks, and each disturbance. */
export function printTables(run: Run, verdicts: readonly Verdict[]): void {
  const names = verdicts.map(({ name }) => name);
  const sums = verdicts.map(sumsOf);
  print([
    ["", ...names],
    ...Object.keys(sums[0]).map((key) => [key, ...sums.map((sum) => sum[key])]),
  ]);
  const rows = run.disturbances.map((disturbance, index) => [
    seconds(disturbance.from - run.start),
    describe(disturbance),
    ...verdicts.map(({ windows }) => gapOf(windows[index])),
    orNone(verdicts[0].windows[index].bound),
  ]);
  console.log("\nThe longest gap after each disturbance, and failed calls:");
  print([["at", "what", ...names, "bound of the gap"], ...rows]);
}

/** Prints how calls failed, most frequent first. */
export function printFailures({ name, calls }: Reported): void {
  const counts = new Map<string, number>();
  for (const { kind, code, reason, details, endedAt } of calls) {
    if (code === 0 && endedAt !== null) continue;
    const what = endedAt === null
      ? `${kind}: never ended`
      : `${kind}: ${statusName(code)} (${reason ?? "untyped"}): ${details}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  console.log(`\nFailures of ${name}:`);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  for (const [what, count] of sorted.slice(0, SHOWN)) {
    console.log(`${String(count).padStart(6)} ${what}`);
  }
  if (sorted.length > SHOWN) {
    console.log(`       and ${sorted.length - SHOWN} other sorts`);
  }
}

/** What led to a broken promise: events of the run and of the client. */
export function timeline(
  run: Run,
  client: Reported,
  { hung, idempotent, untyped, broken }: Verdict,
): string {
  const suspects = [...new Set([...hung, ...idempotent, ...untyped])];
  const lines = [
    ...run.disturbances.map((each) => ({
      at: each.from,
      text: `--- ${describe(each)}`,
    })),
    ...run.disturbances.filter(({ from, to }) => to > from).map((each) => ({
      at: each.to,
      text: `--- ${each.kind} is over`,
    })),
    ...client.events.map(({ at, event, text }) => ({
      at,
      text: `    ${event} ${text}`,
    })),
    ...suspects.slice(0, SHOWN).flatMap(linesOf),
  ].sort((a, b) => a.at - b.at);
  const shown = lines.map(({ at, text }) =>
    `${seconds(at - run.start).padStart(9)} ${text}`
  );
  return [...broken, `Timeline, seed ${run.plan.seed}:`, ...shown].join("\n");
}

function linesOf(call: CallRecord): { at: number; text: string }[] {
  const { kind, startedAt, endedAt, code, details } = call;
  const started = { at: startedAt, text: `  > ${kind} begins` };
  if (endedAt === null) return [started];
  const took = seconds(endedAt - startedAt);
  const text = `  < ${kind} ends after ${took}: ${code} ${details}`;
  return [started, { at: endedAt, text }];
}

function sumsOf(verdict: Verdict): Record<string, string> {
  const { calls, ok, failedBy, hung, idempotent, untyped } = verdict;
  const { windows, longestGap, longestPause } = verdict;
  const dark = windows.filter(({ disturbance }) => disturbance.kind === "dark");
  return {
    "calls": String(calls),
    "succeeded": String(ok),
    "failed":
      Object.entries(failedBy).map(([code, count]) =>
        `${count} ${statusName(Number(code))}`
      ).join(", ") || "0",
    "failed, idempotent": String(idempotent.length),
    "failed, untyped": String(untyped.length),
    "hung": String(hung.length),
    "longest gap in service": seconds(longestGap),
    "longest gap after dark": longest(dark.map(({ gap }) => gap)),
    "program did not run for": seconds(longestPause),
  };
}

function gapOf({ gap, failures }: Window): string {
  const failed = failures.length === 0 ? "" : `, ${failures.length} failed`;
  return seconds(gap) + failed;
}

function longest(values: readonly number[]): string {
  return values.length === 0 ? "unknown" : seconds(Math.max(...values));
}

function orNone(bound: number): string {
  return bound === Infinity ? "" : seconds(bound);
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => row[column].length))
  );
  console.log();
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column]));
    console.log(cells.join("  ").trimEnd());
  }
}
