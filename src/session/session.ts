import { assert } from "../invariants/mod.ts";
import type { Observed } from "../connection/mod.ts";
import type { WatchdogState } from "../keepalive/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import {
  abandonedHandshake,
  endOfStream,
  localClose,
  socketError,
} from "./close_action.ts";
import type { SessionCounters } from "./counters.ts";
import { copyCounters } from "./counters_copy.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { InformingEventType, SessionEvent } from "./events.ts";
import { FrameLoop } from "./frame_loop.ts";
import { KeepaliveRunner } from "./keepalive_runner.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import {
  type SessionParts,
  sessionParts,
  type SessionSetup,
} from "./session_parts.ts";
import { SessionStreams } from "./session_streams.ts";
import type { SessionState } from "./state.ts";
import { StateMachine } from "./state_machine.ts";

/**
 * One HTTP/2 connection with its keepalive, without a socket and a clock.
 *
 * Three verbs in: {@linkcode Session.receive}, {@linkcode Session.advance} and
 * the commands. Three out: {@linkcode Session.takeOutput},
 * {@linkcode Session.takeEvents} and {@linkcode Session.deadline}. Time is an
 * argument, in milliseconds of a monotonic clock with any origin; a clock that
 * goes back is taken to stand still.
 */
export class Session {
  /** What is sent on streams. */
  readonly streams: SessionStreams;
  readonly #parts: SessionParts;
  readonly #states: StateMachine;
  readonly #keepalive: KeepaliveRunner;
  readonly #frames: FrameLoop;

  /**
   * Starts a session; its preface is ready to be taken.
   *
   * @param parameters From `clientParameters` or `serverParameters`.
   * @param now The time, in milliseconds of the session's clock.
   * @throws {RangeError} If the time is not finite, or `random` out of range.
   */
  constructor(
    parameters: ClientParameters | ServerParameters,
    now: number,
    setup: SessionSetup = {},
  ) {
    const parts = sessionParts(parameters, now, setup);
    const states = new StateMachine(parts);
    const keepalive = new KeepaliveRunner(parts, states, setup.random ?? 0.5);
    this.streams = new SessionStreams(parts, states, keepalive);
    this.#parts = parts;
    this.#states = states;
    this.#keepalive = keepalive;
    this.#frames = new FrameLoop(parts, states, keepalive);
  }

  /**
   * Which events that only inform are made: all, none, or those of some kinds.
   * The others are never made, and cost nothing.
   */
  get observed(): Observed<InformingEventType> {
    return this.#parts.events.observed as Observed<InformingEventType>;
  }

  /** Turns events that only inform on or off. */
  set observed(value: Observed<InformingEventType>) {
    this.#parts.events.observed = value;
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#states.state;
  }

  /** The options in force. */
  get parameters(): ClientParameters | ServerParameters {
    return this.#parts.parameters;
  }

  /** Where keepalive stands; `undefined` before the handshake is over. */
  get keepaliveState(): WatchdogState | undefined {
    return this.#keepalive.state;
  }

  /** What the connection and its calls hold. */
  get memory(): ConnectionMemory {
    return this.#parts.memory;
  }

  /** When octets were last read, or -1. */
  get lastReadAt(): number {
    return this.#parts.counters.lastReadAt;
  }

  /** Octets that were handed to the socket. */
  get bytesSent(): number {
    return this.#parts.counters.bytesSent;
  }

  /** A copy of the counters. */
  counters(): SessionCounters {
    const { counters, connection } = this.#parts;
    const isClosed = this.state.kind === "closed";
    const active = isClosed ? 0 : connection.activeStreams;
    return copyCounters(counters, connection, active);
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    const { state } = this;
    if (state.kind === "closed") return Infinity;
    const { connection, memory, events } = this.#parts;
    return Math.min(
      state.kind === "handshaking" ? state.until : Infinity,
      connection.deadline(),
      memory.deadline(events.now),
      this.#keepalive.deadline(),
    );
  }

  /**
   * Takes the octets to be written. The view is valid until the next call;
   * what was taken counts as written.
   */
  takeOutput(): Uint8Array<ArrayBuffer> {
    const { connection, counters, events } = this.#parts;
    const isClosed = this.state.kind === "closed";
    const octets = isClosed
      ? connection.output.take()
      : connection.takeOutput();
    if (octets.length === 0) return octets;
    counters.bytesSent += octets.length;
    counters.lastWrittenAt = events.now;
    if (!isClosed) this.#frames.settle();
    return octets;
  }

  /** Takes the events since the last call, in order. */
  takeEvents(): SessionEvent[] {
    return this.#parts.events.take();
  }

  /**
   * Octets were read. They are borrowed until the events have been handled.
   *
   * @param frames How many are handled at the most; the others are left to
   * {@linkcode Session.resume}, before the next octets are received.
   * @returns Whether some may be left.
   */
  receive(octets: Uint8Array, now: number, frames: number = Infinity): boolean {
    if (!this.#isLive(now) || octets.length === 0) return false;
    const { counters, events } = this.#parts;
    counters.bytesReceived += octets.length;
    counters.lastReadAt = events.now;
    this.#keepalive.read();
    return this.#frames.receive(octets, frames);
  }

  /**
   * Goes on with the frames that `receive` has left.
   *
   * @param frames How many are handled at the most.
   * @returns Whether some may be left.
   */
  resume(now: number, frames: number = Infinity): boolean {
    return this.#isLive(now) && this.#frames.resume(frames);
  }

  /** The peer has closed its sending side. */
  receiveEnd(now: number): void {
    if (!this.#isLive(now)) return;
    const established = this.state.kind !== "handshaking";
    this.#states.socketEnded(endOfStream(this.parameters.role, established));
  }

  /**
   * The socket took octets again after its send buffer was full. That is no
   * sign of life like a read, but a keepalive PING that is out may have waited
   * in that buffer: the connection ends a whole timeout from now at the
   * earliest. Not to be called for a write that found room at once. There is
   * no such sign of what rests in the buffer after the last write.
   */
  writeProgress(now: number): void {
    if (this.#isLive(now)) this.#keepalive.writeProgress();
  }

  /** Reading or writing failed. */
  receiveError(description: string, now: number): void {
    if (!this.#isLive(now)) return;
    this.#states.socketEnded(socketError(this.parameters.role, description));
  }

  /**
   * Something failed at this end that never should, such as an error that one
   * of the other methods has thrown against its description: the connection
   * ends with a GOAWAY that says INTERNAL_ERROR. Never throws.
   *
   * @param description What failed; the peer is not told.
   */
  crash(description: string, now: number): void {
    if (this.#isLive(now)) this.#states.crash(description);
  }

  /**
   * Ends a connection whose handshake is not over, although it had time left:
   * others need the room. One that is established is left alone.
   *
   * @param why A sentence for the reason.
   */
  abandonHandshake(why: string, now: number): void {
    if (!this.#isLive(now) || this.state.kind !== "handshaking") return;
    this.#states.close(abandonedHandshake(why));
  }

  /**
   * Does everything that is due.
   *
   * @param wall The wall clock, in milliseconds, to notice a suspend.
   */
  advance(now: number, wall?: number): void {
    if (!this.#isLive(now)) return;
    this.#keepalive.observeClocks(wall);
    if (this.#states.closeOverdueHandshake()) return;
    const { connection, memory, events } = this.#parts;
    try {
      connection.advance(events.now);
      memory.advance(events.now);
      this.#frames.settle();
      this.#keepalive.advance();
    } catch (error) {
      this.#states.fail(error);
    }
    assert(this.deadline() >= events.now, "what is due next is not over");
  }

  /**
   * Sends a PING.
   *
   * @returns The `id` of the `ping-acked` event to come.
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {RangeError} If too many PINGs are unanswered.
   */
  ping(now: number): number {
    const { state } = this;
    if (state.kind === "closed") {
      throw new ConnectionClosedError("Cannot ping", state.reason);
    }
    const { connection, events } = this.#parts;
    events.tick(now);
    return connection.pings.send("user", events.now).id;
  }

  /**
   * Makes sure that the server is there (client only): a keepalive PING goes
   * out now, unless one is out. With streams, no read within the keepalive
   * timeout ends the connection.
   *
   * @returns Whether such a PING is out; not if keepalive is off.
   */
  probe(now: number): boolean {
    if (!this.#isLive(now)) return false;
    this.#keepalive.probe();
    return this.keepaliveState?.kind === "probing";
  }

  /**
   * Drains the connection: running streams may finish, no new ones open. A
   * server announces it in two phases. Repeated calls change nothing.
   *
   * @param reason The debug data of the GOAWAY.
   * @throws {TypeError} If the reason is not printable ASCII.
   * @throws {RangeError} If it is longer than 1 024 characters.
   */
  drain(reason: string, now: number): void {
    if (!this.#isLive(now)) return;
    this.#states.drain(reason, this.#keepalive.closeAt);
  }

  /**
   * Ends the connection: GOAWAY, and the socket is to be closed once that is
   * written. Running streams are cut off.
   */
  close(now: number): void {
    if (this.#isLive(now)) this.#states.close(localClose(this.parameters.role));
  }

  #isLive(now: number): boolean {
    this.#parts.events.tick(now);
    return this.#states.state.kind !== "closed";
  }
}
