import type { KeepaliveRunner } from "./keepalive_runner.ts";
import type { SessionParts } from "./session_parts.ts";
import type { StateMachine } from "./state_machine.ts";

/** Handles the frames of the peer, and what follows from each. */
export class FrameLoop {
  readonly #parts: SessionParts;
  readonly #states: StateMachine;
  readonly #keepalive: KeepaliveRunner;

  /** Handles those of one session. */
  constructor(
    parts: SessionParts,
    states: StateMachine,
    keepalive: KeepaliveRunner,
  ) {
    this.#parts = parts;
    this.#states = states;
    this.#keepalive = keepalive;
  }

  /**
   * Octets were read.
   *
   * @param most How many frames to handle before the others are left.
   * @returns Whether some may be left.
   */
  receive(octets: Uint8Array, most: number): boolean {
    try {
      this.#parts.connection.feed(octets);
    } catch (error) {
      this.#states.fail(error);
      return false;
    }
    return this.resume(most);
  }

  /**
   * Handles what was left. What each frame brings is settled before the next
   * one is looked at; a PING brings nothing but itself.
   */
  resume(most: number): boolean {
    const { connection, counters, events } = this.#parts;
    try {
      for (let left = most; left > 0; left--) {
        const { pingsReceived } = counters;
        if (connection.next(events.now) === undefined) return false;
        if (counters.pingsReceived === pingsReceived) this.settle();
        else this.#keepalive.pingReceived();
        if (this.#states.state.kind === "closed") return false;
      }
    } catch (error) {
      this.#states.fail(error);
      return false;
    }
    return true;
  }

  /** Does what follows from what the connection has done. */
  settle(): void {
    const { settings } = this.#parts.connection;
    if (!this.#keepalive.isRunning && settings.established) {
      this.#keepalive.begin();
      this.#states.opened();
    }
    this.#states.noteGoaway();
    this.#keepalive.report();
    this.#states.closeIfFinished();
  }
}
