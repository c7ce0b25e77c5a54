import type { MessageEncoding } from "./messages/mod.ts";
import type { HeartbeatOptions } from "./heartbeat/mod.ts";
import type { DrainNotice } from "../transport/mod.ts";
import type { Metadata, MetadataInit } from "./metadata.ts";

/** Octets of the longest message that is accepted by default, as everywhere. */
export const DEFAULT_MAX_RECEIVE_LENGTH = 4_194_304;

/**
 * Options of a call. An unknown key or a wrong type is a `TypeError`, a value
 * that is not allowed a `RangeError`; both come before anything is sent.
 */
export interface CallOptions {
  /**
   * Custom metadata to send. Not the second argument, as with grpc-js, but an
   * option.
   */
  metadata?: MetadataInit;
  /**
   * Milliseconds from now until the call must have ended, at most a year, or a
   * `Date` by which it must have; a call that has not fails with
   * DEADLINE_EXCEEDED. The server is told.
   *
   * Equivalent to grpc-go `context.WithTimeout`, grpc-java
   * `withDeadlineAfter`; grpc-js takes a `Date` or milliseconds since 1970.
   *
   * @default {Infinity}
   */
  deadline?: number | Date;
  /**
   * Whether the call waits for a connection, up to its deadline, while attempts
   * to make one fail. Without it, the call fails with UNAVAILABLE then
   * ({@link https://github.com/grpc/grpc/blob/master/doc/wait-for-ready.md | wait for ready}).
   *
   * Equivalent to grpc-go `WaitForReady`, grpc-java `withWaitForReady`.
   *
   * @default {false}
   */
  waitForReady?: boolean;
  /** Cancels the call, which fails with CANCELLED; the server is told. */
  signal?: AbortSignal;
  /**
   * The encoding of the messages to send; `uncompressed` leaves one out.
   *
   * Equivalent to `GRPC_COMPRESSION_CHANNEL_DEFAULT_ALGORITHM`, grpc-go
   * `UseCompressor`, grpc-java `withCompression`.
   *
   * @default {"identity"}
   */
  compression?: MessageEncoding;
  /**
   * The longest response message to accept, in octets, compressed or not; a
   * call whose response is longer fails with RESOURCE_EXHAUSTED. The
   * longest that gRPC has is `2 ** 32 - 1`.
   *
   * Equivalent to `GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH`, grpc-go
   * `MaxCallRecvMsgSize`, grpc-java `withMaxInboundMessageSize`.
   *
   * @default {4_194_304}
   */
  maxReceiveMessageLength?: number;
  /**
   * Asks the server for heartbeats on this call, whatever the channel does;
   * `false` for none. The server answers with its response headers at once,
   * after which the call is not made again by a retry policy.
   *
   * @default {what the channel does}
   */
  heartbeat?: HeartbeatOptions | false;
  /**
   * Is called with the server's initial metadata. What it throws is an uncaught
   * error of the process, and does not disturb the call.
   */
  onHeaders?: (metadata: Metadata) => void;
  /** Is called with the server's trailing metadata, in the same way. */
  onTrailers?: (metadata: Metadata) => void;
  /**
   * Is called when the connection on which the call runs is retired, by either
   * end: the call goes on, and a new one would be made on another connection.
   * Once for each attempt at the call; what it throws is treated in the same way.
   *
   * @default {nobody is told}
   */
  onDraining?: (notice: DrainNotice) => void;
}

/** The keys of {@linkcode CallOptions}. */
export const CALL_KEYS: readonly string[] = [
  "metadata",
  "deadline",
  "waitForReady",
  "signal",
  "compression",
  "maxReceiveMessageLength",
  "heartbeat",
  "onHeaders",
  "onTrailers",
  "onDraining",
];
