import { type Case, firstProxy } from "./case.ts";
import type { Hop } from "../path/mod.ts";

/** Milliseconds by which a busy event loop may delay a PING. */
export const LAG = 1_000;

/** Milliseconds that a margin has at least. */
const LEAST_MARGIN = 5_000;

/** gRPC Core sends no more than one PING a minute after some without data. */
export const THROTTLED = 60_000;

/** No client should send PINGs more often (gRFC A8). */
const LEAST_TIME = 10_000;

/** How long before its limit a hop should see something. */
export function marginOf({ idle }: Hop): number {
  return Math.max(LEAST_MARGIN, 0.05 * idle);
}

/** When a PING of such an interval is through at the latest. */
export function latest(interval: number, { rtt }: Case): number {
  return interval + LAG + rtt;
}

/** The longest interval with which a hop sees a PING in time. */
export function longestFor(hop: Hop, { rtt }: Case): number {
  return hop.idle - marginOf(hop) - LAG - rtt;
}

/** What a server asks for between PINGs, and how much more to give it. */
export interface Demand {
  /** Its minimum, less what it tolerates; 0 if nobody polices the client. */
  readonly minTime: number;
  /** What it tolerates. */
  readonly tolerance: number;
  /** The distance to keep from it. */
  readonly distance: number;
}

/** What the server asks of the client's PINGs, if they reach it. */
export function demandOf(of: Case): Demand {
  const { minTime = 0, maxPingStrikes = 0, tolerance } = of.server.values;
  // A client that keeps to what it is told does so through proxies, too.
  if (of.told !== undefined) return { minTime, tolerance: 0, distance: 0 };
  if (firstProxy(of) !== Infinity || maxPingStrikes === 0 || minTime === 0) {
    return { minTime: 0, tolerance: 0, distance: 0 };
  }
  return {
    minTime,
    tolerance: tolerance ?? Math.min(0.05 * minTime, 1_000),
    distance: Math.max(1_000, 0.05 * minTime, 2 * of.rtt),
  };
}

/** The intervals that suit the server and each hop of layer 4; may be none. */
export function suitable(of: Case): { from: number; to: number } {
  const { minTime, tolerance, distance } = demandOf(of);
  const from = Math.max(LEAST_TIME, minTime - tolerance + distance);
  const { jitter = 0 } = of.client.values;
  const reached = of.hops.slice(0, firstProxy(of));
  const limits = reached
    .filter(({ countsPings }) => countsPings)
    .map((hop) => longestFor(hop, of) / (1 + jitter));
  return {
    from: whole(from, Math.ceil),
    to: whole(Math.min(...limits), Math.floor),
  };
}

/** What to advise where none is set, and nothing forbids it. */
const USUAL_TIME = 60_000;

/** The interval to advise: the nearest that suits, or the server's minimum. */
export function advisedTime(of: Case): number {
  const { from, to } = suitable(of);
  if (of.time === Infinity) return Math.max(from, Math.min(to, USUAL_TIME));
  return of.time < from || to < from ? from : Math.min(of.time, to);
}

/** Whole seconds. */
function whole(milliseconds: number, round: (value: number) => number): number {
  return milliseconds === Infinity
    ? Infinity
    : round(Number((milliseconds / 1_000).toFixed(6))) * 1_000;
}
