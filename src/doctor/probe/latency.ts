import type { Spread } from "../../grpc/mod.ts";
import { ProbeCall } from "./call.ts";
import type { Link, PingOutcome } from "./link.ts";
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
  /** Why a PING was not answered; `undefined` if all were. */
  readonly unanswered: string | undefined;
  /** The GOAWAY that the connection was retired with meanwhile. */
  readonly retired: string | undefined;
}

/** Rounds of a call and a PING, if responses make PINGs free. */
const ROUNDS = 20;

/**
 * Rounds if that is not known: two early PINGs are borne by default everywhere,
 * and grpc-java counts the first one, too.
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
  let failure: Failure | undefined;
  const rounds = hasHealth ? ROUNDS : FEW_ROUNDS;
  for (let round = 0; round < rounds && failure === undefined; round++) {
    const took = await timeCall(link);
    if (took !== undefined) calls.push(took);
    else if (hasHealth) break;
    const outcome = await link.ping();
    if (outcome.kind === "answered") pings.push(outcome.rtt);
    else failure = outcome;
  }
  const isRetired = failure?.kind === "ended" && link.log.goaways.length > 0;
  const why = failure && describeFailure(failure);
  return {
    pings: spreadOf(pings),
    fastestPing: pings.length === 0 ? undefined : Math.min(...pings),
    calls: spreadOf(calls),
    unanswered: isRetired ? undefined : why,
    retired: isRetired ? why : undefined,
  };
}

type Failure = Exclude<PingOutcome, { kind: "answered" }>;

function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case "ended":
      return failure.why;
    case "struck":
      return "the server closed the connection for too many PINGs";
    case "silent":
      return "no answer in time";
  }
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
