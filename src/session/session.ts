import { LEAST_RESPONSE_SIZE } from "../connection/mod.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import type { WatchdogState } from "../keepalive/mod.ts";
import type { SessionCounters } from "./counters.ts";
import { copyCounters } from "./counters_copy.ts";
import {
  abandonedHandshake,
  endOfStream,
  handshakeTimeout,
  localClose,
  socketError,
} from "./close_action.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { SessionEvent } from "./events.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import type { SessionState } from "./state.ts";
import { SuspendDetector } from "./suspend_detector.ts";

/** Why a client retires a connection whose last stream it has opened. */
const NO_IDENTIFIERS = "stream identifiers are used up";

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
  readonly #life: Lifecycle;
  readonly #wakefulness: SuspendDetector;

  /**
   * Starts a session; its preface is ready to be taken.
   *
   * @param parameters From `clientParameters` or `serverParameters`.
   * @param now The time, in milliseconds of the session's clock.
   * @param random A number from 0 to 1 that decides the jitter of the age.
   * @param observed See {@linkcode Session.observed}.
   * @throws {RangeError} If the time is not finite, or the number out of range.
   */
  constructor(
    parameters: ClientParameters | ServerParameters,
    now: number,
    random: number = 0.5,
    observed: boolean = false,
  ) {
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
    this.#life = new Lifecycle(parameters, now, random, observed);
    this.#wakefulness = new SuspendDetector(this.#life);
  }

  /**
   * Whether events that only inform are collected: PINGs, strikes, settings.
   * Without it they cost nothing.
   */
  get observed(): boolean {
    return this.#life.observed;
  }

  /** Turns the collection of informing events on or off. */
  set observed(value: boolean) {
    this.#life.observed = value;
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#life.state;
  }

  /** The options in force. */
  get parameters(): ClientParameters | ServerParameters {
    return this.#life.parameters;
  }

  /** Where keepalive stands; `undefined` before the handshake is over. */
  get keepaliveState(): WatchdogState | undefined {
    return this.#life.guard?.keepalive;
  }

  /** Streams that are open or half-closed. */
  get activeStreams(): number {
    return this.#life.connection.activeStreams;
  }

  /** Streams that the peer lets this end open in addition; a client's. */
  get streamsLeft(): number {
    const { peerSettings, streams } = this.#life.connection;
    if (this.state.kind !== "open" || streams.exhausted) return 0;
    return Math.max(0, peerSettings.maxConcurrentStreams - streams.activeCount);
  }

  /**
   * Octets of a header list that can be sent: what the peer accepts (RFC 9113
   * section 6.5.2), `Infinity` if it has not said. A server sends 256 octets of
   * response in any case.
   */
  get maxHeaderListSize(): number {
    const { maxHeaderListSize } = this.#life.connection.peerSettings;
    return this.parameters.role === "client"
      ? maxHeaderListSize
      : Math.max(maxHeaderListSize, LEAST_RESPONSE_SIZE);
  }

  /** What the connection and its calls hold. */
  get memory(): ConnectionMemory {
    return this.#life.memory;
  }

  /** When octets were last read, or -1. */
  get lastReadAt(): number {
    return this.#life.counters.lastReadAt;
  }

  /** Octets that were handed to the socket. */
  get bytesSent(): number {
    return this.#life.counters.bytesSent;
  }

  /** A copy of the counters. */
  counters(): SessionCounters {
    const { counters, connection, state } = this.#life;
    const active = state.kind === "closed" ? 0 : connection.activeStreams;
    return copyCounters(counters, connection, active);
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    const { state, connection, memory, guard } = this.#life;
    if (state.kind === "closed") return Infinity;
    if (this.#wakefulness.isDue) return this.#life.now;
    return Math.min(
      state.kind === "handshaking" ? state.until : Infinity,
      connection.deadline(),
      memory.deadline(this.#life.now),
      guard?.deadline() ?? Infinity,
    );
  }

  /**
   * Takes the octets to be written. The view is valid until the next call;
   * what was taken counts as written.
   */
  takeOutput(): Uint8Array<ArrayBuffer> {
    const { connection, counters, now } = this.#life;
    const isClosed = this.state.kind === "closed";
    const octets = isClosed
      ? connection.output.take()
      : connection.takeOutput();
    if (octets.length === 0) return octets;
    counters.bytesSent += octets.length;
    counters.lastWrittenAt = now;
    if (!isClosed) this.#life.settle();
    return octets;
  }

  /** Takes the events since the last call, in order. */
  takeEvents(): SessionEvent[] {
    return this.#life.takeEvents();
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
    const { counters, guard, connection } = this.#life;
    counters.bytesReceived += octets.length;
    counters.lastReadAt = this.#life.now;
    guard?.read(this.#life.now);
    try {
      connection.feed(octets);
      return this.#handleFrames(frames);
    } catch (error) {
      this.#life.fail(error);
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
      this.#life.fail(error);
      return false;
    }
  }

  /** The peer has closed its sending side. */
  receiveEnd(now: number): void {
    if (!this.#isLive(now)) return;
    const established = this.state.kind !== "handshaking";
    this.#life.endSocket(endOfStream(this.parameters.role, established));
  }

  /**
   * The socket took octets again after its send buffer was full. That is no
   * sign of life like a read, but a keepalive PING that is out may have waited
   * in that buffer: the connection ends a whole timeout from now at the
   * earliest. Not to be called for a write that found room at once. There is
   * no such sign of what rests in the buffer after the last write.
   */
  writeProgress(now: number): void {
    if (this.#isLive(now)) this.#life.guard?.writeProgress(this.#life.now);
  }

  /** Reading or writing failed. */
  receiveError(description: string, now: number): void {
    if (!this.#isLive(now)) return;
    this.#life.endSocket(socketError(this.parameters.role, description));
  }

  /**
   * Something failed at this end that never should, such as an error that one
   * of the other methods has thrown against its description: the connection
   * ends with a GOAWAY that says INTERNAL_ERROR. Never throws.
   *
   * @param description What failed; the peer is not told.
   */
  crash(description: string, now: number): void {
    if (this.#isLive(now)) this.#life.crash(description);
  }

  /**
   * Ends a connection whose handshake is not over, although it had time left:
   * others need the room. One that is established is left alone.
   *
   * @param why A sentence for the reason.
   */
  abandonHandshake(why: string, now: number): void {
    if (!this.#isLive(now) || this.state.kind !== "handshaking") return;
    this.#life.end(abandonedHandshake(why));
  }

  /**
   * Does everything that is due.
   *
   * @param wall The wall clock, in milliseconds, to notice a suspend.
   */
  advance(now: number, wall?: number): void {
    if (!this.#isLive(now)) return;
    this.#wakefulness.advance(wall);
    const { state, parameters, connection, memory } = this.#life;
    if (state.kind === "handshaking" && this.#life.now >= state.until) {
      const timeout = parameters.handshakeTimeout;
      return this.#life.end(handshakeTimeout(parameters.role, timeout));
    }
    try {
      connection.advance(this.#life.now);
      memory.advance(this.#life.now);
      this.#life.settle();
      this.#life.advanceGuard();
    } catch (error) {
      this.#life.fail(error);
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
    this.#requireLive("Cannot ping", now);
    return this.#life.ping("user").id;
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
    const { guard } = this.#life;
    if (guard !== undefined) this.#life.obey(guard.probe(this.#life.now));
    return this.keepaliveState?.kind === "probing";
  }

  /**
   * Opens a stream with request headers (client only). If keepalive was
   * dormant, a PING follows at once. Whether the peer's
   * MAX_CONCURRENT_STREAMS leaves room is for the caller to ask, see
   * {@linkcode Session.streamsLeft}.
   *
   * @returns The stream identifier.
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If the session is not open, or a server's.
   * @throws {RangeError} If the peer accepts no such list, or identifiers are
   * used up.
   */
  openStream(
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    now: number,
  ): number {
    this.#requireLive("Cannot open a stream", now);
    const { parameters, state, connection, counters } = this.#life;
    if (parameters.role === "server" || state.kind !== "open") {
      throw new TypeError(
        `Cannot open a stream: the ${parameters.role} is ${state.kind}`,
      );
    }
    const id = connection.streams.open(headers, endStream);
    counters.streamsStarted++;
    counters.lastLocalStreamCreatedAt = this.#life.now;
    this.#life.settle();
    this.#wakefulness.streamOpened();
    if (connection.streams.exhausted) this.#life.drain(NO_IDENTIFIERS);
    return id;
  }

  /**
   * Sends response headers, or trailers once all data before them is sent.
   *
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If this end has ended the stream, or it is not active.
   * @throws {RangeError} If the peer accepts no such list.
   */
  sendHeaders(
    streamId: number,
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    now: number,
  ): void {
    this.#requireLive("Cannot send HEADERS", now);
    this.#life.connection.streams.sendHeaders(streamId, headers, endStream);
    this.#life.settle();
  }

  /**
   * Refuses a request that was not looked at: sends a response that is one
   * field section, with a body if one is given, and ends the stream. It clears
   * no strikes, and for the idle time the stream has never been, as in grpc-go,
   * unless the body has to wait for a window. A response that the peer does not
   * accept is replaced by RST_STREAM with INTERNAL_ERROR; one of 256 octets is
   * always sent.
   *
   * @param body Is borrowed until it has been sent.
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If this end has ended the stream, or it is not active,
   * or the session is a client's.
   */
  refuseStream(
    streamId: number,
    headers: readonly EncodableHeaderField[],
    now: number,
    body?: Uint8Array,
  ): void {
    this.#requireLive("Cannot refuse a stream", now);
    if (this.parameters.role === "client") {
      throw new TypeError("Cannot refuse a stream: the client opens them");
    }
    this.#life.refuse(streamId, headers, body);
  }

  /**
   * Puts data in line. It is borrowed until it has been sent, as far as the
   * peer's windows allow; a `writable` event tells when all of it is.
   *
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If this end has ended the stream, or it is not active.
   */
  sendData(
    streamId: number,
    data: Uint8Array,
    endStream: boolean,
    now: number,
  ): void {
    this.#requireLive("Cannot send DATA", now);
    this.#life.connection.streams.sendData(streamId, data, endStream);
  }

  /**
   * Whether HEADERS and DATA can still be sent on a stream: the peer may have
   * reset it in the same turn in which it was opened.
   */
  canSend(streamId: number): boolean {
    return this.state.kind !== "closed" &&
      this.#life.connection.streams.canSend(streamId);
  }

  /** Octets of a stream that wait to be sent. */
  queuedOctets(streamId: number): number {
    return this.#life.connection.streams.queuedOctets(streamId);
  }

  /** Ends a stream at once; one that has ended already is left alone. */
  resetStream(streamId: number, code: number, now: number): void {
    if (!this.#isLive(now)) return;
    this.#life.connection.streams.reset(streamId, code);
    this.#life.settle();
  }

  /**
   * The peer has made a mistake over which a stream is about to be ended
   * (server only): a message that is none, say. To be called before the stream
   * is reset or answered. A peer that makes too many of them in relation to
   * what goes well is closed with ENHANCE_YOUR_CALM; those of a request that
   * has ended cost nothing, as then the call just fails.
   *
   * @param what Names the mistake, as in "message that is too large".
   */
  blame(streamId: number, what: string, now: number): void {
    if (!this.#isLive(now)) return;
    try {
      this.#life.connection.streams.blame(streamId, what, this.#life.now);
    } catch (error) {
      this.#life.fail(error);
    }
  }

  /**
   * Data of a stream was handed over: the peer may send more of it.
   *
   * @throws {RangeError} If it is more than has arrived.
   */
  consumed(streamId: number, octets: number, now: number): void {
    if (!this.#isLive(now)) return;
    try {
      this.#life.connection.streams.consumed(streamId, octets);
    } catch (error) {
      this.#life.fail(error);
    }
  }

  /**
   * Retires the connection: running streams may finish, no new ones open. A
   * server announces it in two phases. Repeated calls change nothing.
   *
   * @param reason The debug data of the GOAWAY.
   * @throws {TypeError} If the reason is not printable ASCII.
   * @throws {RangeError} If it is longer than 1 024 characters.
   */
  drain(reason: string, now: number): void {
    if (this.#isLive(now)) this.#life.drain(reason);
  }

  /**
   * Ends the connection: GOAWAY, and the socket is to be closed once that is
   * written. Running streams are cut off.
   */
  close(now: number): void {
    if (this.#isLive(now)) this.#life.end(localClose(this.parameters.role));
  }

  /**
   * What each frame brings is settled before the next one is looked at. Answers
   * whether some may be left.
   */
  #handleFrames(most: number): boolean {
    const { connection, now } = this.#life;
    for (let left = most; left > 0; left--) {
      if (connection.next(now) === undefined) return false;
      this.#life.afterFrame();
      if (this.state.kind === "closed") return false;
    }
    return true;
  }

  #isLive(now: number): boolean {
    this.#life.tick(now);
    return this.state.kind !== "closed";
  }

  #requireLive(action: string, now: number): void {
    const { state } = this.#life;
    if (state.kind === "closed") {
      throw new ConnectionClosedError(action, state.reason);
    }
    this.#life.tick(now);
  }
}
