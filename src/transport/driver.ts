import { NO_OCTETS } from "../collections/mod.ts";
import { isThoroughFor } from "../invariants/mod.ts";
import type { CloseReason, Session } from "../session/mod.ts";
import {
  type Clock,
  loopWatch,
  reportFault,
  type Timed,
  Timer,
  whenServed,
} from "../runtime/mod.ts";
import type { DriverHandler } from "./driver_handler.ts";
import { Ending } from "./ending.ts";
import { messageOf } from "./errors.ts";
import type { Socket } from "./network/mod.ts";
import { type OfferingStream, Offers } from "./offers.ts";
import { type Receiver, receiveSlice } from "./receive_slice.ts";
import { type ReadTarget, SocketReader } from "./socket_reader.ts";
import { AMPLE_DATA, SocketWriter, type WriteSource } from "./socket_writer.ts";
import type { StreamHost } from "./transport_stream.ts";
import { Turning } from "./turning.ts";

/**
 * Runs a session on a socket and a clock: one reader, one writer that joins
 * all frames of a turn in one write, one lazy timer.
 */
export class Driver extends Turning
  implements StreamHost, ReadTarget, Receiver, WriteSource, Timed {
  /** The session. */
  readonly session: Session;
  readonly socket: Socket;
  readonly #handler: DriverHandler;
  readonly #timer: Timer;
  readonly #reader: SocketReader;
  /** There while something is written, and while a timer looks at that. */
  #writer: SocketWriter | undefined;
  /** Made with the end, or when somebody waits for it. */
  #ending: Ending | undefined;
  /** Made with the first one. */
  #offers: Offers | undefined;
  /** Whether frames of the last read are left. */
  #isPartway = false;

  /**
   * Takes over the socket; nothing happens before `start`.
   *
   * @param options `gathers` as in the setup of a transport.
   */
  constructor(
    socket: Socket,
    session: Session,
    clock: Clock,
    handler: DriverHandler,
    { gathers = false }: { readonly gathers?: boolean | undefined } = {},
  ) {
    super(clock, gathers);
    this.socket = socket;
    this.session = session;
    this.#handler = handler;
    this.#timer = new Timer(clock, false, session);
    this.#reader = new SocketReader(socket, clock, this);
  }

  /** Begins to run: until the socket is closed. */
  start(): void {
    this.schedule();
    this.#reader.read();
  }

  /** Resolves when the socket is closed and nothing is left. Never rejects. */
  get finished(): Promise<void> {
    return this.#end.finished;
  }

  offers(stream: OfferingStream): void {
    this.#offers ??= new Offers();
    this.#offers.add(stream);
  }

  noteMessages(messages: number): void {
    this.#reader.noteMessages(messages);
  }

  /** Ends the connection with the next turn: a consumer is at work now. */
  commandFailed(error: unknown): void {
    reportFault(error);
    this.session.crash(String(error), this.clock.now());
    this.schedule();
  }

  /** What fails in it ends the connection. */
  override turn(): void {
    try {
      this.#step();
    } catch (error) {
      this.#crash(error);
    }
  }

  /** Hands over events, writes what there is, and sets the timer. */
  #step(): void {
    this.handOver();
    if (this.#writer?.isWriting === true) this.#writer.watch();
    else this.#write(this.#takeOutput());
    this.#settle();
  }

  #write(octets: Uint8Array<ArrayBuffer>): void {
    if (octets.length === 0) return;
    this.#writer ??= SocketWriter.lent(this.clock);
    this.#writer.start(this, octets);
  }

  /**
   * Something was thrown that never should be: neither the peer nor the network
   * did it. The error is reported, and the connection ends with INTERNAL_ERROR;
   * what fails on the way there cannot hold it up.
   */
  #crash(error: unknown): void {
    reportFault(error);
    this.session.crash(String(error), this.clock.now());
    try {
      this.#step();
    } catch (another) {
      reportFault(another);
      this.#settle();
    }
  }

  /** Sets the timer, or leaves if the session has closed. */
  #settle(): void {
    const { state } = this.session;
    if (state.kind !== "closed") {
      loopWatch.touch();
      this.#timer.planAt(Math.ceil(this.session.deadline()), this);
    } else if (!this.#end.hasBegun) {
      this.#timer.cancel();
      this.#announceEnd(state.reason);
      this.#writer?.unwatch();
      this.#end.begin(
        this.socket,
        this.clock,
        state.closeMode,
        this,
      );
    }
  }

  get #end(): Ending {
    return this.#ending ??= new Ending();
  }

  #announceEnd(reason: CloseReason): void {
    try {
      this.#handler.onClosed(reason);
    } catch (error) {
      reportFault(error);
    }
  }

  /** Taking output lets waiting data move on, which is an event, too. */
  #takeOutput(): Uint8Array<ArrayBuffer> {
    this.#offers?.flush();
    const data = this.#writer === undefined ? AMPLE_DATA : this.#writer.data;
    const octets = this.session.takeOutput(data);
    this.handOver();
    return octets;
  }

  /** Hands over events, and those that their handling has caused. */
  handOver(): void {
    let events = this.session.takeEvents();
    while (events.length > 0) {
      this.#handler.onEvents(events);
      events = this.session.takeEvents();
    }
    this.session.releaseInput();
    if (isThoroughFor(1)) this.#handler.assertAgrees?.();
  }

  /** What is in doubt is judged when the socket has been read. */
  onTimer(): void {
    const keepalive = this.session.keepaliveState;
    if (keepalive?.kind !== "probing" || !keepalive.doubted) this.#advance();
    else whenServed(this.clock, () => this.#advance());
  }

  #advance(): void {
    try {
      this.session.advance(this.clock.now(), this.clock.wall());
    } catch (error) {
      return this.#crash(error);
    }
    this.turn();
  }

  readEnded(error?: unknown): void {
    this.#socketEnded(error);
    void this.#finish();
  }

  async #finish(): Promise<void> {
    await this.#end.readEnded(this);
    this.#handler.onFinished?.();
    this.#end.finish();
  }

  /** TLS tells an end without a `close_notify` from others: here it is one. */
  #socketEnded(error?: unknown): void {
    const now = this.clock.now();
    const isEnd = error === undefined ||
      error instanceof Deno.errors.UnexpectedEof;
    try {
      if (isEnd) this.session.receiveEnd(now);
      else this.session.receiveError(messageOf(error), now);
    } catch (fault) {
      return this.#crash(fault);
    }
    this.turn();
  }

  /** A closed session discards what comes. */
  received(octets: Uint8Array): boolean {
    try {
      const isPartway = this.#isPartway;
      this.#isPartway = receiveSlice(this, this.clock, octets, isPartway);
    } catch (error) {
      this.#isPartway = false;
      this.#crash(error);
      return false;
    }
    if (this.gathers) this.#turnLater();
    else this.turn();
    return this.#isPartway;
  }

  /** What was read is borrowed, and handed over now; the rest joins the turn. */
  #turnLater(): void {
    try {
      this.handOver();
      this.schedule();
    } catch (error) {
      this.#crash(error);
    }
  }

  noteProgress(): void {
    try {
      this.session.writeProgress(this.clock.now());
    } catch (error) {
      this.#crash(error);
    }
  }

  /** What has come together while a write ran, unless more is about to. */
  takeMore(): Uint8Array<ArrayBuffer> {
    const isOpen = this.session.state.kind !== "closed";
    if (this.isExpectant && isOpen) return NO_OCTETS;
    try {
      const octets = this.#takeOutput();
      if (octets.length > 0) this.#settle();
      else this.session.releaseOutput();
      return octets;
    } catch (error) {
      this.#crash(error);
      return this.session.takeOutput();
    }
  }

  writerDone(): void {
    this.#writer = undefined;
  }

  /** Resolves when nothing is being written. */
  get idle(): Promise<void> {
    return this.#writer?.idle ?? Promise.resolve();
  }

  writeFailed(error: unknown): void {
    this.#socketEnded(error);
  }
}
