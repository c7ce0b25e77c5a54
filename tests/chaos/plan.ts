/**
 * What happens to the clients of a chaos run, and when: all of it follows from
 * a seed.
 *
 * @module
 */
import { Random } from "../harness/seed.ts";

/** What can happen. */
export const DISTURBANCES = [
  /** SIGKILL; another server starts after `lasts`. */
  "kill",
  /** SIGTERM, so that it drains; another server starts `lasts` after its end. */
  "drain",
  /** Another server starts beside it, then SIGTERM: no outage. */
  "restart",
  /** The octets of all connections are lost for good; new ones pass. */
  "dark",
  /** Nothing passes for `lasts`, and nothing is lost, as TCP repeats it. */
  "stall",
  /** Few octets pass in a second, for `lasts`. */
  "slow",
  /** Connections are ended, and new ones refused, for `lasts`. */
  "refuse",
] as const;

/** One of {@linkcode DISTURBANCES}. */
export type DisturbanceKind = typeof DISTURBANCES[number];

/** One disturbance. */
export interface Disturbance {
  /** What happens. */
  readonly kind: DisturbanceKind;
  /** When, in milliseconds from the start. */
  readonly at: number;
  /** For how long, in milliseconds; 0 where that has no meaning. */
  readonly lasts: number;
}

/** A chaos run: what is done to it, and what its clients do. */
export interface Plan {
  /** What all of it follows from. */
  readonly seed: number;
  /** Milliseconds from the start to the end of the load. */
  readonly duration: number;
  /** The disturbances, in order. */
  readonly disturbances: readonly Disturbance[];
  /** Calls of each kind in a second, of each client. */
  readonly rate: number;
  /** Milliseconds that a call may take. */
  readonly deadline: number;
  /** The keepalive of the clients, in milliseconds. */
  readonly keepalive: { readonly time: number; readonly timeout: number };
}

/** Two minutes with twenty disturbances. */
export const LONG: Omit<PlanSettings, "seed"> = {
  duration: 120_000,
  count: 20,
  rate: 50,
  deadline: 10_000,
  keepalive: { time: 2_000, timeout: 2_000 },
};

/** What a plan is made from. */
export interface PlanSettings extends Omit<Plan, "disturbances"> {
  /** How many disturbances. */
  readonly count: number;
}

/** Milliseconds of calm at the start, and at the end. */
const CALM = 2_500;

/** The shortest and the longest time of each kind, in milliseconds. */
const TIMES: Readonly<Record<DisturbanceKind, readonly [number, number]>> = {
  kill: [200, 1_500],
  drain: [200, 1_500],
  restart: [0, 0],
  dark: [0, 0],
  stall: [500, 3_500],
  slow: [1_500, 3_000],
  refuse: [300, 1_500],
};

/** The distance of disturbances that {@linkcode TIMES} are for. */
const DISTANCE = 5_750;

/**
 * Draws a plan. Each disturbance has a time slot of its own, long enough for
 * service to come back. Each kind occurs as often as any other, or once more.
 *
 * @throws {RangeError} If the seed is no integer, or the disturbances would be
 * too close to be told apart.
 */
export function makePlan({ count, ...settings }: PlanSettings): Plan {
  const { seed, duration, keepalive } = settings;
  if (!Number.isInteger(seed)) {
    throw new RangeError(
      `Cannot use seed: expected an integer, received ${seed}`,
    );
  }
  const slot = (duration - 2 * CALM) / count;
  const shortest = keepalive.time + keepalive.timeout / 2 + 1_500;
  if (!(slot >= shortest)) {
    throw new RangeError(
      `Cannot plan ${count} disturbances in ${duration} ms: expected ${shortest} ms for each, received ${slot}`,
    );
  }
  const random = new Random(seed);
  const scale = Math.min(1, slot / DISTANCE);
  const disturbances = drawKinds(count, random).map((kind, index) => ({
    kind,
    at: Math.round(CALM + index * slot + random.below(slot / 8)),
    lasts: Math.round(scale * between(TIMES[kind], random)),
  }));
  return { ...settings, disturbances };
}

function drawKinds(count: number, random: Random): DisturbanceKind[] {
  const kinds: DisturbanceKind[] = [];
  while (kinds.length < count) kinds.push(...shuffle(DISTURBANCES, random));
  return shuffle(kinds.slice(0, count), random);
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}

function between([from, to]: readonly [number, number], random: Random) {
  return from + random.below(to - from + 1);
}
