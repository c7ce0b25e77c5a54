/**
 * The states of a channel and of a subchannel
 * ({@link https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md | gRPC Connectivity Semantics}).
 */
export type ConnectivityState =
  /** No connection, and nothing that needs one. */
  | "IDLE"
  /** A connection is being made; calls wait. */
  | "CONNECTING"
  /** Calls can be made. */
  | "READY"
  /** Attempts have failed; calls fail at once, unless they wait for ready. */
  | "TRANSIENT_FAILURE"
  /** The channel is closed. */
  | "SHUTDOWN";

/** The states of a channel, in the order of gRPC's enumeration. */
export const CONNECTIVITY_STATES: readonly ConnectivityState[] = [
  "IDLE",
  "CONNECTING",
  "READY",
  "TRANSIENT_FAILURE",
  "SHUTDOWN",
];
