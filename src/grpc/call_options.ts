import type { MessageEncoding } from "./messages/mod.ts";
import type { Metadata, MetadataInit } from "./metadata.ts";

/** Octets of the longest message that is accepted by default, as everywhere. */
export const DEFAULT_MAX_RECEIVE_LENGTH = 4_194_304;

/** Options of a call. */
export interface CallOptions {
  /** Custom metadata to send. */
  metadata?: MetadataInit;
  /**
   * Milliseconds until the call must have ended, or when it must have.
   *
   * @default {Infinity}
   */
  deadline?: number | Date;
  /**
   * Whether the call waits for a connection, up to its deadline, while attempts
   * to make one fail. Without it, the call fails with UNAVAILABLE then.
   *
   * @default {false}
   */
  waitForReady?: boolean;
  /** Cancels the call. */
  signal?: AbortSignal;
  /**
   * The encoding of the messages to send.
   *
   * @default {"identity"}
   */
  compression?: MessageEncoding;
  /**
   * The longest message to accept, in octets.
   *
   * @default {4_194_304}
   */
  maxReceiveMessageLength?: number;
  /**
   * Is called with the server's initial metadata. What it throws is an uncaught
   * error of the process, and does not disturb the call.
   */
  onHeaders?: (metadata: Metadata) => void;
  /** Is called with the server's trailing metadata, in the same way. */
  onTrailers?: (metadata: Metadata) => void;
}

/** The keys of {@linkcode CallOptions}. */
export const CALL_KEYS: readonly string[] = [
  "metadata",
  "deadline",
  "waitForReady",
  "signal",
  "compression",
  "maxReceiveMessageLength",
  "onHeaders",
  "onTrailers",
];
