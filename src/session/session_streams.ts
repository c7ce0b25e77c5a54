import { LEAST_RESPONSE_SIZE, type Sender } from "../connection/mod.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { SessionCore } from "./session_core.ts";

/** Why a client drains a connection whose last stream it has opened. */
const NO_IDENTIFIERS = "stream identifiers are used up";

/**
 * The streams of a session: what this end sends on them, and how it lets the
 * peer send more. Made by `Session`, and read from `Session.streams`.
 *
 * @example A request and its answer, without a network
 * ```ts
 * import { clientParameters, serverParameters, Session } from "@keepalive/grpc/session";
 *
 * const client = new Session(clientParameters(), 0);
 * const server = new Session(serverParameters(), 0);
 * server.receive(client.takeOutput(), 0);
 * client.receive(server.takeOutput(), 0);
 *
 * const request = [[":method", "GET"], [":scheme", "http"], [":path", "/"]] as const;
 * client.streams.open(request, true, 1);
 * server.receive(client.takeOutput(), 2);
 * for (const event of server.takeEvents()) {
 *   if (event.type !== "headers") continue;
 *   server.streams.sendHeaders(event.streamId, [[":status", "204"]], true, 3);
 * }
 * client.receive(server.takeOutput(), 4);
 * console.log(client.takeEvents().map(({ at, type }) => `${at} ${type}`));
 * // [ "0 established", "4 headers", "4 ended" ]
 * ```
 */
export class SessionStreams {
  readonly #core: SessionCore;

  /** Is made by a session. */
  constructor(core: SessionCore) {
    this.#core = core;
  }

  /** Streams that are open or half-closed. */
  get active(): number {
    return this.#core.connection.activeStreams;
  }

  /** Streams that the peer lets this end open in addition; a client's. */
  get left(): number {
    const { connection } = this.#core;
    if (this.#core.states.state.kind !== "open" || this.#isExhausted) return 0;
    const { maxConcurrentStreams } = connection.settings.peer;
    return Math.max(0, maxConcurrentStreams - connection.activeStreams);
  }

  /**
   * Octets of a header list that can be sent: what the peer accepts (RFC 9113
   * section 6.5.2), `Infinity` if it has not said. A server sends 256 octets of
   * response in any case.
   */
  get maxHeaderListSize(): number {
    const { connection, parameters } = this.#core;
    const { maxHeaderListSize } = connection.settings.peer;
    return parameters.role === "client"
      ? maxHeaderListSize
      : Math.max(maxHeaderListSize, LEAST_RESPONSE_SIZE);
  }

  /**
   * Opens a stream with request headers (client only). If keepalive was
   * dormant, a PING follows at once. Whether the peer's
   * MAX_CONCURRENT_STREAMS leaves room is for the caller to ask, see
   * {@linkcode SessionStreams.left}.
   *
   * @returns The stream identifier.
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If the session is not open, or a server's.
   * @throws {RangeError} If the peer accepts no such list, or identifiers are
   * used up.
   */
  open(
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    now: number,
  ): number {
    this.#requireLive("Cannot open a stream", now);
    const { parameters, connection } = this.#core;
    const { state } = this.#core.states;
    if (parameters.role === "server" || state.kind !== "open") {
      throw new TypeError(
        `Cannot open a stream: the ${parameters.role} is ${state.kind}`,
      );
    }
    const id = connection.ensureStreams().sender.open(headers, endStream);
    this.#settle();
    this.#core.keepalive.streamOpened();
    if (this.#isExhausted) {
      this.#core.states.drain(NO_IDENTIFIERS, this.#core.keepalive.closeAt);
    }
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
    id: number,
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    now: number,
  ): void {
    this.#requireLive("Cannot send HEADERS", now);
    this.#sender.sendHeaders(id, headers, endStream);
    this.#settle();
  }

  /**
   * Puts data in line. It is borrowed until it has been sent, as far as the
   * peer's windows allow; a `writable` event tells when little of it is left,
   * and another when all of it is.
   *
   * @param start Where the data begins in the array, if not at its beginning.
   * @param end Where it ends.
   * @throws {ConnectionClosedError} If the session has closed.
   * @throws {TypeError} If this end has ended the stream, or it is not active.
   */
  sendData(
    id: number,
    data: Uint8Array,
    endStream: boolean,
    now: number,
    start: number = 0,
    end: number = data.length,
  ): void {
    this.#requireLive("Cannot send DATA", now);
    this.#sender.sendData(id, data, endStream, start, end);
  }

  /**
   * Whether HEADERS and DATA can still be sent on a stream: the peer may have
   * reset it in the same turn in which it was opened.
   */
  canSend(id: number): boolean {
    const { streams } = this.#core.connection;
    return this.#core.states.state.kind !== "closed" && streams !== undefined &&
      streams.sender.canSend(id);
  }

  /** Octets of a stream that wait to be sent. */
  queuedOctets(id: number): number {
    return this.#core.connection.streams?.sender.queuedOctets(id) ?? 0;
  }

  /** Octets that the peer may send on a stream, on which windows hold it up. */
  receiveWindow(id: number): number {
    return this.#core.connection.streams?.flow.available(id) ?? 0;
  }

  /**
   * Data of a stream was handed over: the peer may send more of it.
   *
   * @throws {RangeError} If it is more than has arrived.
   */
  consumed(id: number, octets: number, now: number): void {
    if (!this.#core.isLive(now)) return;
    try {
      this.#core.connection.streams?.flow.consumed(id, octets);
    } catch (error) {
      this.#core.states.fail(error);
    }
  }

  /** Ends a stream at once; one that has ended already is left alone. */
  reset(id: number, code: number, now: number): void {
    if (!this.#core.isLive(now)) return;
    this.#core.connection.streams?.reset(id, code);
    this.#settle();
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
  refuse(
    id: number,
    headers: readonly EncodableHeaderField[],
    now: number,
    body?: Uint8Array,
  ): void {
    this.#requireLive("Cannot refuse a stream", now);
    const { parameters, connection } = this.#core;
    if (parameters.role === "client") {
      throw new TypeError("Cannot refuse a stream: the client opens them");
    }
    this.#settle();
    connection.ensureStreams().refuse(id, headers, body);
    this.#core.keepalive.discount();
    this.#core.states.closeIfFinished();
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
  chargePeer(id: number, what: string, now: number): void {
    if (!this.#core.isLive(now)) return;
    const { connection, events } = this.#core;
    try {
      connection.streams?.chargePeer(id, what, events.now);
    } catch (error) {
      this.#core.states.fail(error);
    }
  }

  get #sender(): Sender {
    return this.#core.connection.ensureStreams().sender;
  }

  /** Whether every stream identifier of this end has been used. */
  get #isExhausted(): boolean {
    return this.#core.connection.streams?.table.exhausted ?? false;
  }

  /** Tells keepalive what has changed, and closes what is done. */
  #settle(): void {
    this.#core.keepalive.report();
    this.#core.states.closeIfFinished();
  }

  #requireLive(action: string, now: number): void {
    const { state } = this.#core.states;
    if (state.kind === "closed") {
      throw new ConnectionClosedError(action, state.reason);
    }
    this.#core.events.tick(now);
  }
}
