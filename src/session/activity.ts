import type { Connection } from "../connection/mod.ts";
import type { KeepalivePolicy } from "./keepalive_policy.ts";

/** Tells the keepalive machines what the streams of a connection do. */
export class Activity {
  /** Streams that were open or half-closed when last looked at. */
  activeStreams = 0;
  readonly #connection: Connection;
  #messages = 0;

  /** Starts without streams. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Passes on what has changed. */
  report(guard: KeepalivePolicy | undefined, now: number): void {
    const before = this.activeStreams;
    if (this.#updateStreams()) {
      guard?.streamsChanged(before, this.activeStreams, now);
    }
    if (this.#updateMessages()) guard?.messageWritten();
  }

  /**
   * A stream was refused, and all before it is reported: neither that it ended
   * nor what was written to that end counts.
   */
  discount(guard: KeepalivePolicy | undefined): void {
    this.#updateMessages();
    if (this.#updateStreams()) guard?.streamRefused(this.activeStreams);
  }

  #updateStreams(): boolean {
    const { activeStreams } = this.#connection;
    if (activeStreams === this.activeStreams) return false;
    this.activeStreams = activeStreams;
    if (activeStreams === 0) this.#connection.rest();
    return true;
  }

  #updateMessages(): boolean {
    const { messages } = this.#connection.output;
    if (messages === this.#messages) return false;
    this.#messages = messages;
    return true;
  }
}
