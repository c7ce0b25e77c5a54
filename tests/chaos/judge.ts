/**
 * Judges what the clients of a chaos run reported.
 *
 * @module
 */
import type { Done, Reported, Run } from "./conductor.ts";
import { type CallRecord, KINDS, LATENESS } from "./records.ts";

/**
 * Milliseconds for a dial, and for processes of a busy machine to get their
 * turn.
 */
export const MARGIN = 500;

/** The share of the calls that a machine must manage for a run to count. */
const ENOUGH = 0.9;

/** What service was like from one disturbance to the next. */
export interface Window {
  readonly disturbance: Done;
  /** The longest time without a successful unary call, in milliseconds. */
  readonly gap: number;
  /** Calls that failed in it, and those begun in it that never ended. */
  readonly failures: readonly CallRecord[];
  /** The longest allowed `gap`; `Infinity` where nothing is promised. */
  readonly bound: number;
}

/** What became of a client. */
export interface Verdict {
  readonly name: string;
  /** How many calls it made. */
  readonly calls: number;
  /** How many succeeded. */
  readonly ok: number;
  /** How many failed, by status code. */
  readonly failedBy: Readonly<Record<number, number>>;
  /** Calls that ended too long after their deadline, or never. */
  readonly hung: readonly CallRecord[];
  /** Unary and client streaming calls that failed. */
  readonly idempotent: readonly CallRecord[];
  /** Calls that failed without a typed reason. */
  readonly untyped: readonly CallRecord[];
  readonly windows: readonly Window[];
  /** The longest time without a successful unary call, in milliseconds. */
  readonly longestGap: number;
  /** See {@linkcode Reported.longestPause}. */
  readonly longestPause: number;
  /** What was promised and did not come true. */
  readonly broken: readonly string[];
}

/** Judges one client of a run. */
export function judge(run: Run, client: Reported): Verdict {
  const { plan } = run;
  const calls = client.calls.filter(({ startedAt }) => startedAt >= run.start);
  const failures = calls.filter(({ code, endedAt }) =>
    code !== 0 || endedAt === null
  );
  const windows = windowsOf(run, client, calls, failures);
  const verdict = {
    name: client.name,
    calls: calls.length,
    ok: calls.length - failures.length,
    failedBy: countBy(failures),
    hung: calls.filter(({ startedAt, endedAt }) =>
      endedAt === null || endedAt - startedAt > plan.deadline + LATENESS
    ),
    idempotent: failures.filter(({ kind }) =>
      kind === "unary" || kind === "clientStream"
    ),
    untyped: failures.filter(({ reason, endedAt }) =>
      reason === null && endedAt !== null
    ),
    windows,
    longestGap: Math.max(...windows.map(({ gap }) => gap)),
    longestPause: client.longestPause,
  };
  const expected = plan.duration * plan.rate * KINDS.length / 1_000;
  return { ...verdict, broken: brokenPromises(verdict, expected) };
}

/**
 * The longest time between two consecutive ones of some times that ends in a
 * range; the end of the range counts as one, the time before it is looked for.
 */
export function longestGap(
  sorted: readonly number[],
  from: number,
  to: number,
): number {
  const inside = sorted.filter((time) => time > from && time <= to);
  const before = sorted.findLast((time) => time <= from) ?? from;
  const times = [before, ...inside, to];
  return Math.max(...times.slice(1).map((time, index) => time - times[index]));
}

function windowsOf(
  { plan, disturbances }: Run,
  { stoppedAt }: Reported,
  calls: readonly CallRecord[],
  failures: readonly CallRecord[],
): Window[] {
  const successes = calls.flatMap(({ kind, code, endedAt }) =>
    kind === "unary" && code === 0 && endedAt !== null ? [endedAt] : []
  ).sort((a, b) => a - b);
  return disturbances.map((disturbance, index) => {
    const from = disturbance.from;
    const to = disturbances[index + 1]?.from ?? stoppedAt;
    return {
      disturbance,
      gap: longestGap(successes, from, to),
      failures: failures.filter(({ startedAt, endedAt }) => {
        const at = endedAt ?? startedAt;
        return at >= from && (at < to || index === disturbances.length - 1);
      }),
      bound: boundOf(disturbance, plan.keepalive),
    };
  });
}

/**
 * After half of `timeout` without an answer there is another connection. What
 * is only held up is over when it is over.
 */
function boundOf(
  { kind, lasts }: Done,
  { timeout }: { readonly timeout: number },
): number {
  if (kind === "dark") return timeout / 2 + MARGIN;
  if (kind === "stall") return lasts + MARGIN;
  return Infinity;
}

function countBy(failures: readonly CallRecord[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { code, endedAt } of failures) {
    if (endedAt !== null) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function brokenPromises(
  verdict: Omit<Verdict, "broken">,
  expected: number,
): string[] {
  const { calls, hung, idempotent, untyped, windows } = verdict;
  const broken: string[] = [];
  if (calls < expected * ENOUGH) {
    broken.push(`made ${calls} calls of ${expected}: the machine is too slow`);
  }
  if (hung.length > 0) broken.push(`${hung.length} calls hung`);
  if (idempotent.length > 0) {
    broken.push(`${idempotent.length} idempotent calls failed`);
  }
  if (untyped.length > 0) {
    broken.push(`${untyped.length} calls failed without a typed reason`);
  }
  for (const { disturbance: { kind, at }, gap, bound } of windows) {
    if (gap <= bound) continue;
    const what = `${kind} at ${Math.round(at)} ms`;
    broken.push(`${what}: no service for ${ms(gap)}, bound ${ms(bound)}`);
  }
  return broken;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
