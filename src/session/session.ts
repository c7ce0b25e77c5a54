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
import { ConnectionClosedError } from "./errors.ts";
import type { InformingEventType, SessionEvent } from "./events.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import { SessionCore } from "./session_core.ts";
import type { SessionPolicy, SessionSetup } from "./session_parts.ts";
import { SessionStreams } from "./session_streams.ts";
import type { SessionState } from "./state.ts";

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
  readonly #core: SessionCore;

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
    this.#core = new SessionCore(parameters, now, setup);
    this.streams = new SessionStreams(this.#core);
  }

  /**
   * Which events that only inform are made: all, none, or those of some kinds.
   * The others are never made, and cost nothing.
   */
  get observed(): Observed<InformingEventType> {
    return this.#core.events.observed as Observed<InformingEventType>;
  }

  /** Turns events that only inform on or off. */
  set observed(value: Observed<InformingEventType>) {
    this.#core.events.observed = value;
  }

  /** How many PINGs are sent, and what the server has told of that. */
  get policy(): SessionPolicy {
    return this.#core.keepalive;
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#core.states.state;
  }

  /** The options in force. */
  get parameters(): ClientParameters | ServerParameters {
    return this.#core.parameters;
  }

  /** Where keepalive stands; `undefined` before the handshake is over. */
  get keepaliveState(): WatchdogState | undefined {
    return this.#core.keepalive.state;
  }

  /** What the connection and its calls hold. */
  get memory(): ConnectionMemory {
    return this.#core.memory;
  }

  /** Who is told what that asks for. */
  set memoryOwner(owner: ConnectionMemory["owner"]) {
    this.#core.memoryOwner = owner;
  }

  /** When octets were last read, or -1. */
  get lastReadAt(): number {
    return this.#core.counters.lastReadAt;
  }

  /** Octets that were handed to the socket. */
  get bytesSent(): number {
    return this.#core.counters.bytesSent;
  }

  /** A copy of the counters. */
  counters(): SessionCounters {
    return this.#core.countersNow();
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    return this.#core.due(this.#core.keepalive.deadline());
  }

  /**
   * Milliseconds by which that call may be late, so that those of many sessions
   * are made at one waking of the process: a hundredth of the interval, and a
   * second at the most, for a keepalive PING; nothing for all else.
   */
  get slack(): number {
    return this.#core.slack;
  }

  /**
   * Takes the octets to be written. The view is valid until the next call;
   * what was taken counts as written.
   *
   * @param data Octets of DATA at the most, 16 384 by default: PINGs wait behind.
   */
  takeOutput(data?: number): Uint8Array<ArrayBuffer> {
    return this.#core.takeOutput(data);
  }

  /** What was taken has been written: who sends nothing needs no buffer. */
  releaseOutput(): void {
    this.#core.connection.output.release();
  }

  /** All events have been handled: who waits for more needs no buffer. */
  releaseInput(): void {
    this.#core.connection.reader.release();
  }

  /** Takes the events since the last call, in order. */
  takeEvents(): readonly SessionEvent[] {
    return this.#core.events.take();
  }

  /**
   * Octets were read. They are borrowed until the events have been handled.
   *
   * @param frames How many are handled at the most; the others are left to
   * {@linkcode Session.resume}, before the next octets are received.
   * @returns Whether some may be left.
   */
  receive(octets: Uint8Array, now: number, frames: number = Infinity): boolean {
    if (!this.#core.isLive(now) || octets.length === 0) return false;
    const { counters, events } = this.#core;
    counters.bytesReceived += octets.length;
    counters.lastReadAt = events.now;
    this.#core.keepalive.read();
    return this.#core.handleFrames(octets, frames);
  }

  /**
   * Goes on with the frames that `receive` has left.
   *
   * @param frames How many are handled at the most.
   * @returns Whether some may be left.
   */
  resume(now: number, frames: number = Infinity): boolean {
    return this.#core.isLive(now) && this.#core.handleFrames(undefined, frames);
  }

  /** The peer has closed its sending side. */
  receiveEnd(now: number): void {
    if (!this.#core.isLive(now)) return;
    const established = this.state.kind !== "handshaking";
    const action = endOfStream(this.parameters.role, established);
    this.#core.states.socketEnded(action);
  }

  /**
   * The socket took octets again after its send buffer was full. That is no
   * sign of life, but a keepalive PING may have waited in that buffer: the
   * connection ends a whole timeout from now at the earliest. Not to be called
   * for a write that found room at once.
   */
  writeProgress(now: number): void {
    if (this.#core.isLive(now)) this.#core.keepalive.writeProgress();
  }

  /** A write waits for room, or has got it, after so many milliseconds. */
  writeWaits(waited: number, hasRoom: boolean, now: number): void {
    if (this.#core.isLive(now)) this.#core.noteStall(waited, hasRoom);
  }

  /** Reading or writing failed. */
  receiveError(description: string, now: number): void {
    if (!this.#core.isLive(now)) return;
    const action = socketError(this.parameters.role, description);
    this.#core.states.socketEnded(action);
  }

  /**
   * Something failed at this end that never should, such as an error that one
   * of the other methods has thrown against its description: the connection
   * ends with a GOAWAY that says INTERNAL_ERROR. Never throws.
   *
   * @param description What failed; the peer is not told.
   */
  crash(description: string, now: number): void {
    if (this.#core.isLive(now)) this.#core.states.crash(description);
  }

  /**
   * Ends a connection whose handshake is not over, although it had time left:
   * others need the room. One that is established is left alone.
   *
   * @param why A sentence for the reason.
   */
  abandonHandshake(why: string, now: number): void {
    if (!this.#core.isLive(now) || this.state.kind !== "handshaking") return;
    this.#core.states.close(abandonedHandshake(why));
  }

  /**
   * Does everything that is due.
   *
   * @param wall The wall clock, in milliseconds, to notice a suspend.
   */
  advance(now: number, wall?: number): void {
    if (!this.#core.isLive(now)) return;
    this.#core.noteLag(now - this.deadline(), this);
    this.#core.keepalive.observeClocks(wall);
    if (this.#core.states.closeOverdueHandshake()) return;
    const { connection, heldMemory, events } = this.#core;
    try {
      connection.advance(events.now);
      heldMemory?.advance(events.now);
      this.#core.settle();
      this.#core.keepalive.advance();
    } catch (error) {
      this.#core.states.fail(error);
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
    const { connection, events } = this.#core;
    events.tick(now);
    return connection.pings.send("user", events.now).id;
  }

  /**
   * Makes sure that the server is there (client only): a keepalive PING goes
   * out now, unless one is out. With streams, no read within the keepalive
   * timeout ends the connection.
   *
   * @param patience Milliseconds by which that end is put off.
   * @returns Whether such a PING is out; not if keepalive is off.
   */
  probe(now: number, patience: number = 0): boolean {
    if (!this.#core.isLive(now)) return false;
    this.#core.keepalive.probe(patience);
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
    if (!this.#core.isLive(now)) return;
    this.#core.states.drain(reason, this.#core.keepalive.closeAt);
  }

  /**
   * Ends the connection: GOAWAY, and the socket is to be closed once that is
   * written. Running streams are cut off.
   */
  close(now: number): void {
    if (!this.#core.isLive(now)) return;
    this.#core.states.close(localClose(this.parameters.role));
  }
}
