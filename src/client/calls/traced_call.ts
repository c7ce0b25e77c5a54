import type {
  Arrived,
  EndedBy,
  GrpcError,
  HeartbeatNews,
  MessageCounter,
} from "../../grpc/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/** Why an attempt is made, see `CallEvent`. */
export type AttemptCause = "first" | "transparent" | "policy";

/** Is told what becomes of an attempt. */
export interface AttemptTracer extends MessageCounter {
  /** Another attempt at the same call is prepared. */
  another(): AttemptTracer;
  /** It begins, and looks for a connection. One that never begins is none. */
  started(cause: AttemptCause, previousAttempts: number): void;
  /** Its stream was opened. */
  picked(transport: Transport, streamId: number): void;
  /** Something becomes of its heartbeats, which have an interval. */
  heartbeat(type: HeartbeatNews, interval: number): void;
  /** It ended; once. */
  ended(error: GrpcError | undefined, by: EndedBy, arrived: Arrived): void;
}

/** Is told what becomes of a call. */
export interface CallTracer {
  /** The first attempt is prepared. */
  attempt(): AttemptTracer;
  /** The call ended, as its caller is told; once. */
  finished(error: GrpcError | undefined): void;
}
