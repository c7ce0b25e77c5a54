import { milliseconds } from "../../options/mod.ts";

/** What is known of a silence. */
interface Silence {
  readonly silent: "client" | "server";
  readonly silence: number;
  readonly interval: number;
  readonly timeout: number;
}

/**
 * A peer that has agreed to send heartbeats on a stream has sent nothing on it
 * for longer than it may: the `cause` of the `GrpcError` with UNAVAILABLE that
 * the call ends with.
 *
 * The connection may well be alive: a proxy answers PINGs for a backend that is
 * gone.
 */
export class HeartbeatTimeoutError extends Error {
  /** The name of the class. */
  override readonly name: string = "HeartbeatTimeoutError";
  /** Who was silent. */
  readonly silent: "client" | "server";
  /** Milliseconds since it sent something on the stream. */
  readonly silence: number;
  /** Milliseconds after which it was to send a heartbeat. */
  readonly interval: number;
  /** Milliseconds beyond that for which it was waited. */
  readonly timeout: number;

  /** Describes a silence; made by the library. */
  constructor({ silent, silence, interval, timeout }: Silence) {
    const advice = silent === "server"
      ? "what is behind the connection is dead or cut off: make the call again"
      : "it is dead or cut off, and its call is cancelled";
    super(
      `the ${silent} sent nothing on the stream for ${
        milliseconds(silence)
      }, expected a heartbeat after ${milliseconds(interval)} and waited ${
        milliseconds(timeout)
      } more: ${advice}`,
    );
    this.silent = silent;
    this.silence = silence;
    this.interval = interval;
    this.timeout = timeout;
  }
}
