import type { EncodableHeaderField } from "../../hpack/mod.ts";
import type {
  ClientRequest,
  HeartbeatParameters,
  MessageEncoding,
} from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type { DrainNotice } from "../../transport/mod.ts";
import type { Connector } from "../connector/mod.ts";
import type { CallTracers } from "./call_tracer.ts";
import type { Isolation } from "./isolation.ts";
import type { Outcome } from "./response_head.ts";
import type { RetrySetup } from "./retry.ts";

/** What a call needs of what finds its connections. */
export type CallConnector = Pick<
  Connector,
  "addresses" | "connectivity" | "error" | "begin" | "end" | "pause" | "start"
>;

/** Says which connector a call takes; see {@linkcode Isolation}. */
export interface CallIsolation extends Pick<Isolation, "answered" | "ended"> {
  connectorFor(octets: number, present?: CallConnector): CallConnector;
}

/** How a `CallAttempt` is set up. */
export interface CallAttemptSetup {
  /** Makes the request headers, when the stream opens. */
  headers(): readonly EncodableHeaderField[];
  /** Milliseconds until the deadline of the call. */
  timeLeft(): number;
  /** The encoding of the requests. */
  readonly encoding: MessageEncoding;
  /** The longest response message to accept, in octets. */
  readonly maxReceiveLength: number;
  /** Is told when the connection is retired, if somebody wants to know. */
  readonly onDraining?: ((notice: DrainNotice) => void) | undefined;
  /** The heartbeats that the headers ask for. */
  readonly heartbeat?: HeartbeatParameters | undefined;
}

/** What an attempt is made with, and who is told what becomes of it. */
export interface AttemptOwner extends CallAttemptSetup {
  /** Response headers have come; once. */
  onHead(): void;
  /** It has ended; once. */
  onEnd(outcome: Outcome): void;
}

/** What a call needs of its channel. */
export interface CallHost extends RetrySetup {
  /** The clock of deadlines and pauses. */
  readonly clock: Clock;
  /** Finds connectors, and these find connections. */
  readonly isolation: CallIsolation;
  /** Traces calls: totals, and events for an observer. */
  readonly tracers: CallTracers;
  /** The heartbeats that a request asks for. */
  heartbeatOf(request: ClientRequest): HeartbeatParameters | undefined;
  /** The request headers of an attempt, see {@linkcode RequestHeads.of}. */
  headers(
    request: ClientRequest,
    timeLeft: number,
    previousAttempts: number,
    heartbeat: HeartbeatParameters | undefined,
  ): readonly EncodableHeaderField[];
}
