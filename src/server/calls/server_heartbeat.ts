import type { HeaderField } from "../../hpack/mod.ts";
import {
  chosenInterval,
  type GrpcError,
  heartbeatOf,
  type ServerHeartbeatParameters,
  StreamHeartbeat,
} from "../../grpc/mod.ts";
import type { GrantedHeartbeat, ServerCallSetup } from "./server_call_setup.ts";

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
  /** The client is dead. */
  giveUp(error: GrpcError): void;
}

/** Those of a call, before its headers answer the client. */
export function serverHeartbeat(
  { stream, transport, tracer, heartbeat }: ServerCallSetup,
  call: BeatingCall,
): StreamHeartbeat | undefined {
  return heartbeat && new StreamHeartbeat({
    stream,
    clock: transport.clock,
    peer: "client",
    timeout: heartbeat.timeout,
    fail: (error) => call.giveUp(error),
    tell: (news, interval) => tracer?.heartbeat(news, interval),
  });
}
