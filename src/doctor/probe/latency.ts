import type { Spread } from "../../grpc/mod.ts";
import { ProbeCall } from "./call.ts";
import type { Link } from "./link.ts";
import { CHECK } from "./services.ts";
import { spreadOf } from "./spread.ts";

/** How fast a server answers. */
export interface Latency {
  /** Milliseconds to the answer of a PING. */
  readonly pings: Spread | undefined;
  /** Milliseconds of the fastest. */
  readonly fastestPing: number | undefined;
  /** Milliseconds to the answer of a call. */
  readonly calls: Spread | undefined;
  /** Whether all PINGs were answered; if not, why. */
  readonly unanswered: string | undefined;
}

/** Rounds of a call and a PING, if responses make PINGs free. */
const ROUNDS = 20;

/**
 * Rounds if that is not known: the first PING is free everywhere, and one early
 * one is borne by every server that bears any.
 */
const FEW_ROUNDS = 2;

/**
 * Measures calls and PINGs in turn. With each response that has a message the
 * server clears its strikes (gRFC A8), so that no PING is counted.
 *
 * @param hasHealth Whether the health service answers with messages.
 */
export async function measureLatency(
  link: Link,
  hasHealth: boolean,
): Promise<Latency> {
  const pings: number[] = [];
  const calls: number[] = [];
  let unanswered: string | undefined;
  const rounds = hasHealth ? ROUNDS : FEW_ROUNDS;
  for (let round = 0; round < rounds && unanswered === undefined; round++) {
    const took = await timeCall(link);
    if (took !== undefined) calls.push(took);
    else if (hasHealth) break;
    const outcome = await link.ping();
    if (outcome.kind === "answered") pings.push(outcome.rtt);
    else if (outcome.kind === "ended") unanswered = outcome.why;
    else {
      unanswered = outcome.kind === "struck"
        ? "the server closed the connection for too many PINGs"
        : "no answer in time";
    }
  }
  const fastestPing = pings.length === 0 ? undefined : Math.min(...pings);
  return {
    pings: spreadOf(pings),
    fastestPing,
    calls: spreadOf(calls),
    unanswered,
  };
}

/** Milliseconds to the answer of a call; `undefined` if none came. */
async function timeCall(link: Link): Promise<number | undefined> {
  const { clock } = link.setup;
  const begun = clock.now();
  const call = ProbeCall.begin(link, CHECK);
  if (call === undefined) return undefined;
  const { kind } = await call.reply();
  const isAnswer = kind === "message" || kind === "status";
  const took = isAnswer ? clock.now() - begun : undefined;
  await call.finish();
  return took;
}
