import type { HeaderField } from "../../hpack/mod.ts";
import {
  chosenInterval,
  type GrpcError,
  heartbeatOf,
  type ServerHeartbeatParameters,
  StreamHeartbeat,
} from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type { TransportStream } from "../../transport/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import type { GrantedHeartbeat } from "./server_call_setup.ts";

/** The heartbeats that a call is granted, if its client asks for some. */
export function grantHeartbeat(
  settings: ServerHeartbeatParameters | undefined,
  fields: readonly HeaderField[],
): GrantedHeartbeat | undefined {
  if (settings === undefined) return undefined;
  const asked = heartbeatOf(fields);
  if (asked === undefined) return undefined;
  const interval = chosenInterval(asked, settings);
  return { interval, timeout: settings.timeout };
}

/** What heartbeats need of a call. */
export interface BeatingCall {
  /** Its stream. */
  readonly stream: TransportStream;
  /** The clock of its connection. */
  readonly clock: Clock;
  /** Is told of heartbeats. */
  readonly tracer: CallTracer | undefined;
  /** The client is dead. */
  giveUp(error: GrpcError): void;
}

/** Those of a call, before its headers answer the client. */
export function serverHeartbeat(
  { timeout }: GrantedHeartbeat,
  call: BeatingCall,
): StreamHeartbeat {
  const { stream, clock } = call;
  return new StreamHeartbeat({
    stream,
    clock,
    peer: "client",
    timeout,
    fail: (error) => call.giveUp(error),
    tell: (news, interval) => call.tracer?.heartbeat(news, interval),
  });
}
