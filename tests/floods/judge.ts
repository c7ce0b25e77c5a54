import type { Outcome } from "./arena.ts";
import type { FloodRow } from "./row.ts";

const MEBIBYTE = 1_048_576;

/** Octets that an attacked process may hold above what it held before. */
export const MAX_MEMORY = 192 * MEBIBYTE;

/** Octets that it may still hold when the attacker has left. */
export const MAX_MEMORY_AFTER = 128 * MEBIBYTE;

/** Milliseconds that an honest call may take on a quiet machine. */
export const MAX_HONEST_CALL = 250;

/** How many times as long on one that is not. */
const BUSY = 8;

/** How many times as long as the slowest call without an attack, there. */
const SLOWER = 20;

/**
 * How many times as much as an octet of an honest call one of an attack may
 * cost: half of it is for machines that are busy.
 */
const COST_FACTOR = 2;

/**
 * What is wrong with an outcome.
 *
 * @param honestCost Nanoseconds of processor time for an octet of honest calls.
 * @param strict Whether the machine is quiet.
 */
export function judge(
  row: FloodRow,
  outcome: Outcome,
  honestCost: number,
  strict: boolean,
): string[] {
  return [
    ...judgeEnd(row, outcome),
    ...judgeCost(row, outcome, honestCost),
    ...judgeMemory(row, outcome),
    ...judgeHonest(outcome, strict),
  ];
}

function judgeEnd({ expect }: FloodRow, { end }: Outcome): string[] {
  if (expect.kind !== "ended") return [];
  if (end === undefined) return ["it was not ended"];
  if (end.code === undefined || expect.codes.includes(end.code)) return [];
  return [`it was ended with ${end.code}, expected ${expect.codes.join(", ")}`];
}

function judgeCost(
  { expect }: FloodRow,
  { cost }: Outcome,
  honestCost: number,
): string[] {
  if (expect.kind !== "cheap" || cost <= COST_FACTOR * honestCost) return [];
  return [
    `an octet cost ${cost.toFixed(0)} ns, one of an honest call ${
      honestCost.toFixed(0)
    } ns`,
  ];
}

function judgeMemory(row: FloodRow, { memory, ended }: Outcome): string[] {
  const extra = (row.perConnection ?? 0) * ended[1];
  const { before, peak, after } = memory;
  const problems: string[] = [];
  if (peak - before > MAX_MEMORY + extra) {
    problems.push(`it held ${mebibytes(peak - before)} more, at most`);
  }
  if (after - before > MAX_MEMORY_AFTER + extra) {
    problems.push(`${mebibytes(after - before)} more stayed`);
  }
  return problems;
}

function judgeHonest({ honest, calm }: Outcome, strict: boolean): string[] {
  const { slowest, failures, calls } = honest;
  const most = strict
    ? MAX_HONEST_CALL
    : Math.max(BUSY * MAX_HONEST_CALL, SLOWER * calm);
  const problems = failures.slice(0, 1).map((failure) =>
    `${failures.length} honest calls failed: ${failure}`
  );
  if (calls === 0) problems.push("no honest call ended");
  if (slowest > most) {
    problems.push(`an honest call took ${slowest.toFixed(0)} ms`);
  }
  return problems;
}

/** Octets as text. */
export function mebibytes(octets: number): string {
  return `${(octets / MEBIBYTE).toFixed(0)} MiB`;
}
