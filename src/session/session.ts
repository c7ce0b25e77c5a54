import { Connection, EventLog, type Observed } from "../connection/mod.ts";
import type { WatchdogState } from "../keepalive/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import {
  abandonedHandshake,
  endOfStream,
  handshakeTimeout,
  localClose,
  socketError,
} from "./close_action.ts";
import { type SessionCounters, zeroCounters } from "./counters.ts";
import { copyCounters } from "./counters_copy.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { InformingEventType, SessionEvent } from "./events.ts";
import { KeepaliveRunner } from "./keepalive_runner.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import { SessionStreams } from "./session_streams.ts";
import type { SessionState } from "./state.ts";
import { type SessionParts, StateMachine } from "./state_machine.ts";

/** What a {@linkcode Session} can be given besides its parameters. */
export interface SessionSetup {
  /**
   * A number from 0 to 1 that the peer does not know: it decides the jitter of
   * the connection's age.
   *
   * @default {0.5}
   */
  readonly random?: number;
  /**
   * See {@linkcode Session.observed}.
   *
   * @default {false}
   */
  readonly observed?: Observed<InformingEventType>;
}

/**
 * One HTTP/2 connection with its keepalive, without a socket and a clock.
 *
 * Three verbs in: {@linkcode Session.receive}, {@linkcode Session.advance} and
 * the commands. Three out: {@linkcode Session.takeOutput},
 * {@linkcode Session.takeEvents} and {@linkcode Session.deadline}. Time is an
 * argument, in milliseconds of a monotonic clock with any origin; a clock that
 * goes back is taken to stand still.
 *
 * @example Two ends and no network
 * ```ts
 * import { clientParameters, serverParameters, Session } from "@keepalive/grpc/session";
 *
 * const keepalive = { time: 10_000, timeout: 1_000, permitWithoutStream: true };
 * const client = new Session(clientParameters({ keepalive }), 0);
 * const server = new Session(serverParameters(), 0);
 *
 * server.receive(client.takeOutput(), 0);
 * client.receive(server.takeOutput(), 0);
 * console.log(client.state.kind); // open
 *
 * client.advance(client.deadline()); // ten seconds of silence: a PING
 * client.advance(client.deadline()); // a second later: the server is gone
 * console.log(client.state.kind); // closed
 * ```
 */
export class Session {
  /** What is sent on streams. */
  readonly streams: SessionStreams;
  readonly #parts: SessionParts;
  readonly #states: StateMachine;
  readonly #keepalive: KeepaliveRunner;

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
    { random = 0.5, observed = false }: SessionSetup = {},
  ) {
    requireStart(now, random);
    const memory = parameters.memoryQuota.connect();
    const events = new EventLog<SessionEvent>(now, observed);
    const counters = zeroCounters();
    const setup = { random, memory, events, counters };
    const connection = new Connection(parameters, setup);
    this.#parts = { parameters, connection, memory, events, counters };
    this.#states = new StateMachine(this.#parts);
    this.#keepalive = new KeepaliveRunner(this.#parts, this.#states, random);
    this.streams = new SessionStreams(
      this.#parts,
      this.#states,
      this.#keepalive,
    );
    for (const message of parameters.warnings) {
      events.push({ at: now, type: "warning", message });
    }
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
    if (!isClosed) this.#settle();
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
    const { counters, events, connection } = this.#parts;
    counters.bytesReceived += octets.length;
    counters.lastReadAt = events.now;
    this.#keepalive.read();
    try {
      connection.feed(octets);
      return this.#handleFrames(frames);
    } catch (error) {
      this.#states.fail(error);
      return false;
    }
  }

  /**
   * Goes on with the frames that `receive` has left.
   *
   * @param frames How many are handled at the most.
   * @returns Whether some may be left.
   */
  resume(now: number, frames: number = Infinity): boolean {
    if (!this.#isLive(now)) return false;
    try {
      return this.#handleFrames(frames);
    } catch (error) {
      this.#states.fail(error);
      return false;
    }
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
    const { parameters, connection, memory, events } = this.#parts;
    const { state } = this;
    if (state.kind === "handshaking" && events.now >= state.until) {
      const timeout = parameters.handshakeTimeout;
      return this.#states.close(handshakeTimeout(parameters.role, timeout));
    }
    try {
      connection.advance(events.now);
      memory.advance(events.now);
      this.#settle();
      this.#keepalive.advance();
    } catch (error) {
      this.#states.fail(error);
    }
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
    return connection.ping("user", events.now).id;
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

  /**
   * What each frame brings is settled before the next one is looked at. Answers
   * whether some may be left.
   */
  #handleFrames(most: number): boolean {
    const { connection, counters, events } = this.#parts;
    for (let left = most; left > 0; left--) {
      const { pingsReceived } = counters;
      if (connection.next(events.now) === undefined) return false;
      if (counters.pingsReceived === pingsReceived) this.#settle();
      else this.#keepalive.pingReceived();
      if (this.state.kind === "closed") return false;
    }
    return true;
  }

  /** Draws what follows from what the connection has done. */
  #settle(): void {
    if (!this.#keepalive.isRunning && this.#parts.connection.established) {
      this.#keepalive.begin();
      this.#states.opened();
    }
    this.#states.noteGoaway();
    this.#keepalive.report();
    this.#states.closeIfFinished();
  }

  #isLive(now: number): boolean {
    this.#parts.events.tick(now);
    return this.#states.state.kind !== "closed";
  }
}

function requireStart(now: number, random: number): void {
  if (!Number.isFinite(now)) {
    throw new RangeError(
      `Cannot start a session: expected a finite time, received ${now}`,
    );
  }
  if (!(random >= 0 && random <= 1)) {
    throw new RangeError(
      `Cannot start a session: expected a random number from 0 to 1, received ${random}`,
    );
  }
}
