import type {
  CloseReason,
  SessionCounters,
  SessionPolicy,
  SessionState,
} from "../session/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import type { EncodableHeaderField, HeaderField } from "../hpack/mod.ts";
import type { WatchdogState } from "../keepalive/mod.ts";
import { type Clock, collectGarbage, nextId } from "../runtime/mod.ts";
import { Driver } from "./driver.ts";
import type { TransportEvent } from "./events.ts";
import { formatAddr, type PeerCertificate } from "./network/mod.ts";
import type { StreamConsumer } from "./stream_consumer.ts";
import { TransportHandler } from "./transport_handler.ts";
import {
  tellPast,
  type TransportOwner,
  type TransportWatcher,
} from "./transport_owner.ts";
import type { TransportParts } from "./transport_parts.ts";
import type { TransportStream } from "./transport_stream.ts";

/**
 * Is called with each event of a transport, at once and in order. What it
 * throws leaves the transport as it is, and is an uncaught error of the
 * process, like what an event listener of the platform throws.
 */
export type TransportListener = (
  event: TransportEvent,
  transport: Transport,
) => void;

/** Takes a stream that a client has opened. */
export type StreamAcceptor = (
  stream: TransportStream,
  headers: readonly HeaderField[],
  endStream: boolean,
  transport: Transport,
) => StreamConsumer | undefined;

/** How a {@linkcode Transport} is set up. */
export interface TransportSetup extends TransportParts {
  /** Is called with each event. */
  readonly onEvent?: TransportListener | undefined;
  /** Takes the streams; by default, each is answered with UNIMPLEMENTED. */
  readonly onStream?: StreamAcceptor | undefined;
  /** Is called when the socket is closed and nothing is left. */
  readonly onFinished?: ((transport: Transport) => void) | undefined;
  /** Is told of its events and of its end, before all others. */
  readonly watcher?: TransportWatcher<Transport> | undefined;
}

/**
 * A kept-alive HTTP/2 connection on a socket. `dial` makes those of a client,
 * `listen` those of a server.
 */
export class Transport implements AsyncDisposable {
  /** Its number: no other connection of the process has it. */
  readonly id: number = nextId("connection");
  /** The address of this end. */
  readonly localAddr: Deno.Addr | undefined;
  /** The address of the peer. */
  readonly remoteAddr: Deno.Addr | undefined;
  /**
   * The certificate of the client, if it has shown one: see `clientCaCerts` of
   * the TLS options of a server.
   */
  readonly peerCertificate: PeerCertificate | undefined;
  readonly #driver: Driver;
  readonly #handler: TransportHandler<Transport>;

  /** Takes over the socket and runs the session on it. */
  constructor(setup: TransportSetup) {
    this.localAddr = setup.localAddr;
    this.remoteAddr = setup.remoteAddr;
    this.peerCertificate = setup.peerCertificate;
    setup.session.observed = setup.observed ?? setup.onEvent !== undefined;
    const handler = new TransportHandler<Transport>(this, setup);
    const { socket, session, clock, gathers } = setup;
    const driver = new Driver(socket, session, clock, handler, { gathers });
    handler.host = driver;
    this.#handler = handler;
    this.#driver = driver;
    session.parameters.memoryQuota.onQuiet = collectGarbage;
    session.memoryOwner = driver;
    driver.start();
  }

  /** The clock of all its times. */
  get clock(): Clock {
    return this.#driver.clock;
  }

  /** How many PINGs are sent, and what the server has told of that. */
  get policy(): SessionPolicy {
    return this.#driver.session.policy;
  }

  /** The peer as text, such as `127.0.0.1:50051`. */
  get peer(): string {
    const { remoteAddr } = this;
    return remoteAddr === undefined ? "unknown" : formatAddr(remoteAddr);
  }

  /** Which end this is: that of `dial`, or that of `listen`. */
  get role(): "client" | "server" {
    return this.#driver.session.parameters.role;
  }

  /** Where the connection stands. */
  get state(): SessionState {
    return this.#driver.session.state;
  }

  /** Where keepalive stands; `undefined` before the handshake is over. */
  get keepalive(): WatchdogState | undefined {
    return this.#driver.session.keepaliveState;
  }

  /**
   * Resolves when the peer's SETTINGS have arrived.
   *
   * @throws {ConnectionClosedError} If the connection ends before.
   */
  get established(): Promise<void> {
    return this.#handler.established(this.state);
  }

  /**
   * Resolves once, with the reason, as soon as the connection can no longer
   * be used. The socket may take a second longer, see
   * {@linkcode Transport.finished}. Never rejects.
   */
  get closed(): Promise<CloseReason> {
    return this.#handler.milestones.closed(this.state);
  }

  /** Resolves when the socket is closed and nothing is left. Never rejects. */
  get finished(): Promise<void> {
    return this.#driver.finished;
  }

  /** The counters, under the names of channelz. */
  counters(): SessionCounters {
    return this.#driver.session.counters();
  }

  /**
   * Sends a PING and resolves to the round-trip time in milliseconds. A server
   * may count it as one too many, like any other PING.
   *
   * @throws {ConnectionClosedError} If the connection ends before the answer.
   * @throws {RangeError} If too many PINGs are unanswered.
   */
  async ping(): Promise<number> {
    const { session, clock } = this.#driver;
    const id = session.ping(clock.now());
    this.#driver.schedule();
    return await this.#handler.milestones.pinged(id);
  }

  /** Makes sure that the server is there, see {@linkcode Session.probe}. */
  probe(patience: number = 0): boolean {
    const { session, clock } = this.#driver;
    const isOut = session.probe(clock.now(), patience);
    this.#driver.schedule();
    return isOut;
  }

  /** Is aborted with a {@linkcode DrainNotice} when the connection drains. */
  get draining(): AbortSignal {
    return this.#handler.milestones.draining(this.state);
  }

  /** What the connection and its calls hold, for the layers above. */
  get memory(): ConnectionMemory {
    return this.#driver.session.memory;
  }

  /** Streams that are open or half-closed. */
  get activeStreams(): number {
    return this.#driver.session.streams.active;
  }

  /** When octets were last read, in milliseconds of the clock, or -1. */
  get lastReadAt(): number {
    return this.#driver.session.lastReadAt;
  }

  /** Octets that were handed to the socket. */
  get bytesSent(): number {
    return this.#driver.session.bytesSent;
  }

  /** Streams that may be opened in addition; 0 unless the state is `open`. */
  get streamsLeft(): number {
    return this.#driver.session.streams.left;
  }

  /**
   * Opens a stream, for the layers above.
   *
   * @throws {ConnectionClosedError} If the connection has ended.
   * @throws {TypeError} If it is draining, or a server's.
   * @throws {RangeError} If the peer accepts no such headers.
   */
  openStream(
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    consumer: StreamConsumer,
  ): TransportStream {
    return this.#handler.streams.open(headers, endStream, consumer);
  }

  /** Who is responsible for it, for the layers above: only the last one counts. */
  set owner(owner: TransportOwner) {
    this.#handler.owner = owner;
    tellPast(owner, this.state);
  }

  /**
   * Drains the connection: running streams may finish, no new ones open.
   *
   * @param reason The debug data of the GOAWAY.
   * @param closeAt When its owner will close it, for the {@linkcode DrainNotice}.
   * @returns When the connection is closed.
   * @throws {TypeError} If the reason is not printable ASCII.
   * @throws {RangeError} If it is longer than 1 024 characters.
   */
  async drain(
    reason: string = "graceful_stop",
    closeAt: number = Infinity,
  ): Promise<void> {
    const { session, clock } = this.#driver;
    this.#handler.milestones.cutOffAt(closeAt);
    session.drain(reason, clock.now());
    this.#driver.schedule();
    await this.finished;
  }

  /**
   * Ends the connection with a GOAWAY; running streams are cut off. Resolves
   * when the socket is closed, a second later at the most.
   */
  async close(): Promise<void> {
    const { session, clock } = this.#driver;
    session.close(clock.now());
    this.#driver.schedule();
    await this.finished;
  }

  /**
   * Ends the connection if its handshake is not over, for those who need the
   * room; see {@linkcode Session.abandonHandshake}.
   *
   * @param why A sentence for the reason.
   */
  abandonHandshake(why: string): void {
    this.#driver.session.abandonHandshake(why, this.clock.now());
    this.#driver.schedule();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Keeps the process alive while the connection is open; the default. */
  ref(): void {
    this.#driver.socket.ref?.();
  }

  /** Lets the process end in spite of the connection. */
  unref(): void {
    this.#driver.socket.unref?.();
  }
}
