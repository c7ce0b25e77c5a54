import type { CallContext } from "../../grpc/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/** Heartbeats that a server has chosen. */
export interface GrantedHeartbeat {
  /** Milliseconds of silence after which an end sends one. */
  readonly interval: number;
  /** Milliseconds that the client may be late. */
  readonly timeout: number;
}

/** What the calls of one connection have in common. */
export interface ServerCallSetup {
  /** The connection. */
  readonly transport: Transport;
  /** The longest request message to accept, in octets. */
  readonly maxReceiveLength: number;
  /** Is told that the client does not accept all trailers. */
  readonly onDropped?:
    | ((error: RangeError, call: CallContext) => void)
    | undefined;
}
