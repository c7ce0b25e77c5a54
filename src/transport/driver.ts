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
import { SocketWriter, type WriteSource } from "./socket_writer.ts";
import type { StreamHost } from "./transport_stream.ts";
import { type Turning, TurnPlan } from "./turn_plan.ts";

/**
 * Runs a session on a socket and a clock: one reader, one writer that joins
 * all frames of a turn in one write, one lazy timer.
 */
export class Driver
  implements StreamHost, ReadTarget, Receiver, WriteSource, Timed, Turning {
  /** The session. */
  readonly session: Session;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #handler: DriverHandler;
  readonly #gathers: boolean;
  readonly #timer: Timer;
  readonly #reader: SocketReader;
  readonly #writer: SocketWriter;
  /** Made with the end, or when somebody waits for it. */
  #ending: Ending | undefined;
  readonly #plan: TurnPlan;
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
    this.#socket = socket;
    this.session = session;
    this.#clock = clock;
    this.#handler = handler;
    this.#gathers = gathers;
    this.#plan = new TurnPlan(clock, gathers, this);
    this.#timer = new Timer(clock, false, session);
    this.#reader = new SocketReader(socket, clock, this);
    this.#writer = new SocketWriter(socket, clock, this, { gathers });
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

  schedule(): void {
    this.#plan.schedule();
  }

  scheduleSoon(): void {
    this.#plan.scheduleSoon();
  }

  offers(stream: OfferingStream): void {
    this.#offers ??= new Offers();
    this.#offers.add(stream);
  }

  noteMessages(messages: number): void {
    this.#reader.noteMessages(messages);
  }

  now(): number {
    return this.#plan.now();
  }

  /** Ends the connection with the next turn: a consumer is at work now. */
  commandFailed(error: unknown): void {
    reportFault(error);
    this.session.crash(String(error), this.#clock.now());
    this.schedule();
  }

  /** Does what a turn asks for; what fails in it ends the connection. */
  turn(): void {
    try {
      this.#step();
    } catch (error) {
      this.#crash(error);
    }
  }

  /** Hands over events, writes what there is, and sets the timer. */
  #step(): void {
    this.handOver();
    if (this.#writer.isWriting) {
      this.#writer.watch();
    } else {
      const octets = this.#takeOutput();
      if (octets.length > 0) this.#writer.start(octets);
    }
    this.#settle();
  }

  /**
   * Something was thrown that never should be: neither the peer nor the network
   * did it. The error is reported, and the connection ends with INTERNAL_ERROR;
   * what fails on the way there cannot hold it up.
   */
  #crash(error: unknown): void {
    reportFault(error);
    this.session.crash(String(error), this.#clock.now());
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
      this.#timer.planAt(this.session.deadline(), this);
    } else if (!this.#end.hasBegun) {
      this.#timer.cancel();
      this.#announceEnd(state.reason);
      this.#writer.unwatch();
      this.#end.begin(
        this.#socket,
        this.#clock,
        state.closeMode,
        this.#writer,
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
    const octets = this.session.takeOutput(this.#writer.data);
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
    else whenServed(this.#clock, () => this.#advance());
  }

  #advance(): void {
    try {
      this.session.advance(this.#clock.now(), this.#clock.wall());
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
    await this.#end.readEnded(this.#writer);
    this.#handler.onFinished?.();
    this.#end.finish();
  }

  /** TLS tells an end without a `close_notify` from others: here it is one. */
  #socketEnded(error?: unknown): void {
    const now = this.#clock.now();
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
      this.#isPartway = receiveSlice(this, this.#clock, octets, isPartway);
    } catch (error) {
      this.#isPartway = false;
      this.#crash(error);
      return false;
    }
    if (this.#gathers) this.#turnLater();
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
      this.session.writeProgress(this.#clock.now());
    } catch (error) {
      this.#crash(error);
    }
  }

  /** What has come together while a write ran, unless more is about to. */
  takeMore(): Uint8Array<ArrayBuffer> {
    const isOpen = this.session.state.kind !== "closed";
    if (this.#plan.isExpectant && isOpen) return NO_OCTETS;
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

  writeFailed(error: unknown): void {
    this.#socketEnded(error);
  }
}
