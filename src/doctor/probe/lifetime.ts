import { MAX_UINT31 } from "../../frames/mod.ts";
import type { ProbeCall } from "./call.ts";
import { type IdleMethod, openIdleStream } from "./idle_stream.ts";
import { Link, type LinkSetup } from "./link.ts";
import type { SeenGoaway } from "./link_log.ts";
import { firstOf } from "./rest.ts";

/** What became of a connection on which nothing was said. */
export type Fate =
  /** It was there at the end, and a PING was answered. */
  | { readonly kind: "alive" }
  /** The server retired it with a GOAWAY, so long after it could be used. */
  | {
    readonly kind: "retired";
    readonly after: number;
    readonly goaway: SeenGoaway;
  }
  /** It ended without one, or did not answer any more. */
  | { readonly kind: "lost"; readonly after: number; readonly why: string };

/** How a server takes leave of a connection with a stream. */
export interface GoawayManners {
  /** Whether the first GOAWAY refuses nothing: its last stream is 2^31-1. */
  readonly isAnnounced: boolean;
  /** Whether a PING followed, whose answer shows that all has arrived. */
  readonly hasBarrier: boolean;
  /** Milliseconds to the second GOAWAY; `undefined` if there was none. */
  readonly finalAfter: number | undefined;
  /** Milliseconds that the stream went on after the first. */
  readonly streamLived: number;
  /** Whether the stream, or the connection, had ended when the probe did. */
  readonly hasEnded: boolean;
}

/** How long connections last on which nothing is said. */
export interface Lifetimes {
  /** Milliseconds that were waited. */
  readonly waited: number;
  /** A connection without a stream. */
  readonly idle: Fate | undefined;
  /** One with a silent stream; `undefined` if none can be held open. */
  readonly withStream: Fate | undefined;
  /** How that was retired. */
  readonly manners: GoawayManners | undefined;
}

/** What has been found so far; it is added to. */
export type LifetimesSoFar = {
  -readonly [Key in keyof Lifetimes]: Lifetimes[Key];
};

/** Waits, on connections of its own, for what ends them. */
export async function watchLifetimes(
  setup: LinkSetup,
  idle: IdleMethod | undefined,
  wait: number,
  found: LifetimesSoFar,
): Promise<void> {
  const begun = setup.clock.now();
  const quiet = async () => {
    await using link = await Link.open(setup);
    found.idle = await fateOf(link, wait);
  };
  const busy = async () => {
    if (idle === undefined) return;
    await using link = await Link.open(setup);
    const stream = await openIdleStream(link, idle);
    if (stream === undefined) return;
    found.withStream = await fateOf(link, wait);
    if (found.withStream.kind !== "retired") return;
    const left = begun + wait - setup.clock.now();
    found.manners = await mannersOf(link, stream, left);
  };
  const outcomes = await Promise.allSettled([quiet(), busy()]);
  found.waited = setup.clock.now() - begun;
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

async function fateOf(link: Link, wait: number): Promise<Fate> {
  const { clock, signal } = link.setup;
  const begun = link.times.openAt;
  const end = await firstOf(clock, wait, signal, link.log.end);
  const [goaway] = link.log.goaways;
  if (end !== undefined && goaway !== undefined) {
    return { kind: "retired", after: goaway.at - begun, goaway };
  }
  if (end !== undefined) {
    const why = end.kind === "ended" ? end.why : "too many PINGs";
    return { kind: "lost", after: end.at - begun, why };
  }
  const outcome = await link.ping();
  if (outcome.kind === "answered") return { kind: "alive" };
  const why = outcome.kind === "ended" ? outcome.why : "no answer to a PING";
  return { kind: "lost", after: clock.now() - begun, why };
}

/** Watches the leave that has begun, at least as long as an answer may take. */
async function mannersOf(
  { log, setup }: Link,
  stream: ProbeCall,
  left: number,
): Promise<GoawayManners> {
  const { clock, signal, timeout } = setup;
  const [first] = log.goaways;
  const over = Promise.race([stream.ended, log.closed]);
  const isOver = over.then(() => true);
  const hasEnded =
    await firstOf(clock, Math.max(left, timeout), signal, isOver) ?? false;
  const final = log.goaways.find(({ lastStreamId }) =>
    lastStreamId < MAX_UINT31
  );
  const isAnnounced = first.lastStreamId === MAX_UINT31;
  return {
    isAnnounced,
    hasBarrier: log.pingAfterGoawayAt !== undefined,
    finalAfter: isAnnounced && final ? final.at - first.at : undefined,
    streamLived: clock.now() - first.at,
    hasEnded,
  };
}
