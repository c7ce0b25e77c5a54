import type { CloseReason } from "../../../src/session/mod.ts";
import type { TransportEvent } from "../../../src/transport/mod.ts";
import type { Random } from "../../harness/seed.ts";

const PURPOSES = ["keepalive", "drain", "user"] as const;
const SIDES = ["local", "peer"] as const;

/** Words of any script, some of them hostile; empty now and then. */
function text(random: Random): string {
  return random.pick([
    "",
    "max_age",
    "too_many_pings",
    "überlang",
    "\0\x1b[0m",
  ]);
}

function goaway(random: Random) {
  const lastStreamId = random.below(2 ** 31);
  return { lastStreamId, code: random.below(2 ** 32), debug: text(random) };
}

function fraction(random: Random): number {
  return random.below(2 ** 31) / 1_024;
}

/** A reason for a close, with all that it may have. */
function reason(random: Random): CloseReason {
  return {
    kind: random.pick(["goaway", "keepalive-timeout", "socket-error"]),
    by: random.pick(["local", "peer", "network"]),
    code: random.below(14),
    debug: text(random),
    message: text(random),
    at: fraction(random),
    lastReadAt: fraction(random) - 1,
    lastPings: [{ purpose: "keepalive", id: 1, sentAt: fraction(random) }],
    ...(random.oneIn(2) ? { goaway: goaway(random) } : {}),
  };
}

const MAKERS: readonly ((random: Random, at: number) => TransportEvent)[] = [
  (_, at) => ({ at, type: "established" }),
  (_, at) => ({ at, type: "settings-acked" }),
  (_, at) => ({ at, type: "ping-received" }),
  (_, at) => ({ at, type: "keepalive-dormant" }),
  (_, at) => ({ at, type: "keepalive-woken" }),
  (random, at) => ({
    at,
    type: "settings-received",
    settings: {
      headerTableSize: random.below(4_096),
      maxConcurrentStreams: random.oneIn(2) ? Infinity : random.below(1_000),
      initialWindowSize: random.below(2 ** 31),
      maxFrameSize: 16_384,
      maxHeaderListSize: Infinity,
    },
  }),
  (random, at) => ({
    at,
    type: "ping-sent",
    purpose: random.pick(PURPOSES),
    id: random.below(2 ** 31),
  }),
  (random, at) => ({
    at,
    type: "ping-acked",
    purpose: random.pick(PURPOSES),
    id: random.below(2 ** 31),
    rtt: fraction(random),
  }),
  (random, at) => ({
    at,
    type: "ping-strike",
    strikes: random.below(5),
    limit: random.below(3),
  }),
  (random, at) => ({
    at,
    type: "keepalive-timeout",
    silence: random.oneIn(5) ? Infinity : fraction(random),
  }),
  (random, at) => ({ at, type: "suspended", slept: fraction(random) }),
  (random, at) => ({ at, type: "timer-late", lag: fraction(random) }),
  (random, at) => ({ at, type: "write-stalled", waited: fraction(random) }),
  (random, at) => ({ at, type: "write-resumed", waited: fraction(random) }),
  (random, at) => ({ at, type: "goaway-sent", ...goaway(random) }),
  (random, at) => ({ at, type: "goaway-received", ...goaway(random) }),
  (random, at) => ({
    at,
    type: "draining",
    by: random.pick(SIDES),
    reason: text(random),
    closeAt: random.oneIn(2) ? Infinity : fraction(random),
  }),
  (random, at) => ({
    at,
    type: "stream-error",
    streamId: random.below(2 ** 31),
    code: random.below(2 ** 32),
    reason: text(random),
  }),
  (random, at) => ({ at, type: "warning", message: text(random) }),
  (random, at) => ({ at, type: "closed", reason: reason(random) }),
];

/** An event of any type that is recorded. */
export function randomEvent(random: Random, at: number): TransportEvent {
  return random.pick(MAKERS)(random, at);
}

/** How many types there are. */
export const TYPE_COUNT: number = MAKERS.length;
