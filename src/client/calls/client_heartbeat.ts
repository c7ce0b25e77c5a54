import type { HeaderField } from "../../hpack/mod.ts";
import type { Transport, TransportStream } from "../../transport/mod.ts";
import {
  acceptedInterval,
  type GrpcError,
  heartbeatOf,
  type Inbox,
  type Outbox,
  StreamHeartbeat,
} from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type { CallAttemptSetup } from "./call_host.ts";
import type { AttemptTracer } from "./traced_call.ts";

/** What heartbeats need of an attempt. */
export interface BeatingAttempt {
  /** Ends it. */
  cancel(error: GrpcError): void;
}

/** The stream of an attempt is open; its headers may ask for heartbeats. */
export function askForHeartbeat(
  { heartbeat }: CallAttemptSetup,
  attempt: BeatingAttempt,
  { clock }: Transport,
  stream: TransportStream,
  tracer: AttemptTracer,
): StreamHeartbeat | undefined {
  if (heartbeat === undefined) return undefined;
  return beating(heartbeat.timeout, attempt, clock, stream, tracer);
}

/** By itself, as functions that are made take room before it is known whether. */
function beating(
  timeout: number,
  attempt: BeatingAttempt,
  clock: Clock,
  stream: TransportStream,
  tracer: AttemptTracer,
): StreamHeartbeat {
  return new StreamHeartbeat({
    stream,
    clock,
    peer: "server",
    timeout,
    fail: (error) => attempt.cancel(error),
    tell: (news, interval) => tracer.heartbeat(news, interval),
  });
}

/**
 * Response headers have come to an attempt that may have asked. "Without an answer
 * there are no heartbeats": what looks like one is a message then.
 */
export function readHeartbeatAnswer(
  { heartbeat: asked }: CallAttemptSetup,
  outbox: Outbox | undefined,
  inbox: Inbox,
  fields: readonly HeaderField[],
): void {
  if (asked === undefined || outbox === undefined) return;
  const answer = heartbeatOf(fields);
  if (answer === undefined) {
    outbox.heartbeat = undefined;
  } else {
    const interval = acceptedInterval(asked.interval, answer);
    outbox.heartbeat?.agree(interval, inbox);
  }
}
