import { duration } from "../../options/mod.ts";

/**
 * Milliseconds by which a promise may be late on a busy machine with two
 * cores: timers and processes wait for their turn there.
 */
export const SLACK = 500;

/** Timers never fire early; a clock is read with a grain of about 0.1 ms. */
const GRAIN = 1;

/** A promise, and what became of it. */
export interface Verdict {
  /** What was promised. */
  readonly promise: string;
  /** What was to be measured. */
  readonly promised: string;
  /** What was measured. */
  readonly measured: string;
  /** Whether the one fits the other. */
  readonly kept: boolean;
  /** The numbers, if it is about times. */
  readonly milliseconds?: {
    /** The earliest time that keeps the promise. */
    readonly from: number;
    /** The latest one, without slack. */
    readonly to: number;
    /** How much later is still in time. */
    readonly slack: number;
    /** What was measured. */
    readonly measured: readonly number[];
  };
  /** Why nothing was measured. */
  readonly error?: string;
}

/** Judges when something happened: not early, and late by the slack at most. */
export function happensAfter(
  promise: string,
  promised: number,
  measured: number,
): Verdict {
  return allHappenWithin(promise, promised, promised, [measured]);
}

/** Judges when several things happened. */
export function allHappenWithin(
  promise: string,
  from: number,
  to: number,
  measured: readonly number[],
): Verdict {
  return {
    promise,
    promised: range(from, to),
    measured: range(Math.min(...measured), Math.max(...measured)),
    kept: measured.length > 0 &&
      measured.every((one) => one >= from - GRAIN && one <= to + SLACK),
    milliseconds: { from, to, slack: SLACK, measured: measured.map(rounded) },
  };
}

/** Judges whether what was said or counted is what was promised. */
export function isAsSaid(
  promise: string,
  promised: string,
  measured: string,
): Verdict {
  return { promise, promised, measured, kept: promised === measured };
}

/** Judges whether a goodbye had the right code and the right reason. */
export function saysGoodbye(
  promise: string,
  code: string,
  reason: string,
  { codeName, debug }: { readonly codeName: string; readonly debug: string },
): Verdict {
  const measured = codeName === code ? debug : `${codeName} ${debug}`;
  return isAsSaid(promise, reason, measured);
}

/** What was to be measured could not be. */
export function notMeasured(promise: string, error: string): Verdict {
  return { promise, promised: "-", measured: "-", kept: false, error };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}

function range(from: number, to: number): string {
  return from === to ? duration(from) : `${duration(from)} to ${duration(to)}`;
}
