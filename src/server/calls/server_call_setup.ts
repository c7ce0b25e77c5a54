import type { CallContext } from "../../grpc/mod.ts";
import type { Transport, TransportStream } from "../../transport/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import type { RequestHead } from "./request_head.ts";

/** Heartbeats that a server has chosen. */
export interface GrantedHeartbeat {
  /** Milliseconds of silence after which an end sends one. */
  readonly interval: number;
  /** Milliseconds that the client may be late. */
  readonly timeout: number;
}

/** How a `ServerCall` is set up. */
export interface ServerCallSetup {
  /** The stream of the call. */
  readonly stream: TransportStream;
  /** The transport of the stream. */
  readonly transport: Transport;
  /** What the request headers say. */
  readonly head: RequestHead;
  /** The longest request message to accept, in octets. */
  readonly maxReceiveLength: number;
  /** The heartbeats that its client asked for, and is granted. */
  readonly heartbeat?: GrantedHeartbeat | undefined;
  /** Is told of its messages, and how it ends. */
  readonly tracer?: CallTracer | undefined;
  /** Is told that the client does not accept all trailers. */
  readonly onDropped?:
    | ((error: RangeError, call: CallContext) => void)
    | undefined;
}
