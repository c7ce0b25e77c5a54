import {
  ConnectionError,
  type DataFrame,
  ErrorCode,
  type Frame,
  FrameReader,
  FrameType,
  type GoawayFrame,
  type PingFrame,
  SettingId,
  type SettingsFrame,
  StreamError,
} from "../frames/mod.ts";
import { requireReason } from "./ascii.ts";
import {
  type ConnectionOptions,
  type ConnectionSetup,
  headerLimits,
  standalone,
  windowOf,
} from "./connection_options.ts";
import { FloodBudget, USELESS_FRAMES } from "./flood_budget.ts";
import { Streams } from "./streams/mod.ts";
import { Opening } from "./opening.ts";
import { Output } from "./output.ts";
import { PingExchange } from "./ping_exchange.ts";
import type { Role } from "./role.ts";
import { GoawayExchange } from "./goaway_exchange.ts";
import { SettingsExchange } from "./settings_exchange.ts";

/**
 * One end of an HTTP/2 connection
 * ({@link https://www.rfc-editor.org/rfc/rfc9113 | RFC 9113}): it answers what
 * the peer sends, and says what happened. It knows no keepalive, and closes
 * nothing.
 */
export class Connection {
  /** What is to be sent. */
  readonly output: Output = new Output();
  /** The SETTINGS of both ends. */
  readonly settings: SettingsExchange;
  /** The PINGs of both ends. */
  readonly pings: PingExchange;
  /** Reads what the peer sends. */
  readonly reader: FrameReader = new FrameReader();
  readonly #flood = new FloodBudget(USELESS_FRAMES);
  readonly #options: ConnectionOptions;
  readonly #setup: ConnectionSetup;
  #opening: Opening | undefined;
  #streams: Streams | undefined;
  #goaways: GoawayExchange | undefined;

  /** Starts a connection: its preface and SETTINGS are ready to be sent. */
  constructor(
    options: ConnectionOptions,
    setup: ConnectionSetup = standalone(),
  ) {
    const { role, maxConcurrentStreams, settingsTimeout, maxWindowSize } =
      options;
    const { output } = this;
    this.#options = options;
    this.#setup = setup;
    this.#opening = new Opening(role);
    this.pings = new PingExchange(output, setup, maxWindowSize);
    const { events } = setup;
    this.settings = new SettingsExchange(role, output, events, settingsTimeout);
    this.settings.begin(options, windowOf(setup, maxConcurrentStreams));
  }

  /** Which end this is. */
  get role(): Role {
    return this.#options.role;
  }

  /** The streams, once there was one: an idle connection has nothing for them. */
  get streams(): Streams | undefined {
    return this.#streams;
  }

  /** The streams; makes what holds them, if there was none before. */
  ensureStreams(): Streams {
    if (this.#streams !== undefined) return this.#streams;
    const { maxConcurrentStreams = 0 } = this.#options;
    const { random, memory, events, counters } = this.#setup;
    return this.#streams = new Streams({
      role: this.role,
      maxConcurrentStreams,
      headerLimits: headerLimits(this.#options),
      settings: this.settings,
      output: this.output,
      events,
      counters,
      flood: this.#flood,
      random,
      memory,
    });
  }

  /** The GOAWAYs of both ends, once there was one. */
  get goaways(): GoawayExchange | undefined {
    return this.#goaways;
  }

  #ensureGoaways(): GoawayExchange {
    const { events } = this.#setup;
    return this.#goaways ??= new GoawayExchange(this.role, this.output, events);
  }

  /** Streams that are open or half-closed. */
  get activeStreams(): number {
    return this.#streams?.table.activeCount ?? 0;
  }

  /** Whether nothing is left to do: drained, and no stream is active. */
  get finished(): boolean {
    return this.#goaways?.isFinal === true && this.activeStreams === 0;
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    const finalAt = this.#goaways?.deadline() ?? Infinity;
    return Math.min(this.settings.acknowledgeBy, finalAt);
  }

  /**
   * Does what is due.
   *
   * @throws {ConnectionError} SETTINGS_TIMEOUT (RFC 9113 section 6.5.3).
   */
  advance(now: number): void {
    this.settings.advance(now);
    if (this.#goaways?.isDue(now)) this.#finishDrain(this.#goaways);
  }

  /**
   * Takes octets of the peer; `next` must then be called until it answers
   * `undefined`.
   *
   * @throws {ConnectionError} If they are no HTTP/2.
   */
  feed(slice: Uint8Array): void {
    this.#streams?.resets.beginOctets();
    this.#setup.heldMemory?.endTurn();
    this.reader.feed(this.#opening?.frameOctets(slice) ?? slice);
  }

  /**
   * Handles the next frame and answers with it, or with the error that it is
   * on its stream; `undefined` if more octets are needed. It is valid until
   * the next call.
   *
   * @throws {ConnectionError} If the connection cannot go on.
   */
  next(now: number): Frame | StreamError | undefined {
    try {
      const frame = this.reader.next(true);
      if (frame === undefined) return undefined;
      this.#setup.counters.framesReceived++;
      this.#handle(frame, now);
      return frame;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      const streams = this.ensureStreams();
      streams.sections.blocks.checkMalformed(error);
      streams.fail(error, now);
      return error;
    }
  }

  /**
   * Sends the last GOAWAY before a close. A client names stream 0, as it has
   * processed no stream of the server.
   */
  goaway(code: number, debug: string): void {
    const lastStreamId = this.#streams?.table.lastPeerId ?? 0;
    this.#ensureGoaways().sendGoaway(lastStreamId, code, debug);
  }

  /**
   * Begins to drain the connection, once. A server announces it and lets a PING
   * settle which streams still count; a client just opens no further streams.
   *
   * @param closeAt When its owner will cut off what runs, for the event.
   * @throws {TypeError} If the reason is not printable ASCII.
   * @throws {RangeError} If it is longer than 1 024 characters.
   */
  drain(reason: string, now: number, closeAt: number = Infinity): boolean {
    requireReason(reason);
    const hasBegun = this.#ensureGoaways().drain(reason, now, closeAt);
    if (hasBegun && this.role === "server") this.pings.send("drain", now);
    return hasBegun;
  }

  /**
   * Takes everything that is to be written, with one batch of so many octets of
   * DATA, or the usual. What has come must have been handed over.
   */
  takeOutput(data?: number): Uint8Array<ArrayBuffer> {
    this.#streams?.flow.endTurn();
    this.#streams?.sender.pump(data);
    return this.output.take();
  }

  #handle(frame: Frame, now: number): void {
    if (this.#opening !== undefined) this.#open(this.#opening, frame, now);
    const blocks = this.#streams?.sections.blocks;
    if (blocks?.unfinished) blocks.check(frame);
    switch (frame.type) {
      case FrameType.PING:
        return this.#onPing(frame, now);
      case FrameType.DATA:
        return this.#onData(frame, now);
      case FrameType.HEADERS:
      case FrameType.CONTINUATION:
        return this.ensureStreams().sections.onFrame(frame, now);
      case FrameType.RST_STREAM:
        return this.ensureStreams().onRstStream(frame, now);
      case FrameType.WINDOW_UPDATE:
        return this.ensureStreams().onWindowUpdate(frame);
      case FrameType.SETTINGS:
        return this.#onSettings(frame, now);
      case FrameType.GOAWAY:
        return this.#onGoaway(frame, now);
      case FrameType.PUSH_PROMISE:
        throw new ConnectionError(
          ErrorCode.PROTOCOL_ERROR,
          "Received a PUSH_PROMISE frame, expected none as push is turned off",
        );
      default:
        this.#flood.spend(now, "PRIORITY or unknown frame");
    }
  }

  #open(opening: Opening, frame: Frame, now: number): void {
    opening.requireSettings(frame);
    this.#opening = undefined;
    this.settings.awaitAck(now);
  }

  /** A larger window helps a slow path, but no slow consumer. */
  #onData(frame: DataFrame, now: number): void {
    const { streamId, flowControlledLength } = frame;
    const streams = this.ensureStreams();
    const counts = streams.flow.keepsUp(streamId, now);
    streams.onData(frame, now);
    if (counts) this.pings.measure(flowControlledLength, now);
  }

  #onPing(frame: PingFrame, now: number): void {
    if (!frame.ack) return this.pings.onPing(frame);
    const ping = this.pings.onAck(frame, now);
    if (ping === undefined) {
      return this.#flood.spend(now, "unsolicited PING acknowledgement");
    }
    const window = this.pings.windowAfter(ping);
    if (window !== undefined) {
      this.ensureStreams().flow.growReceiveWindows(window);
    }
    if (ping.purpose === "drain") this.#finishDrain(this.#ensureGoaways());
  }

  #onSettings(frame: SettingsFrame, now: number): void {
    const { settings } = this;
    if (frame.ack) {
      const isFirst = settings.onAck(this.#flood, now);
      if (isFirst) this.#streams?.flow.resizeFirstWindows();
      return;
    }
    settings.onSettings(frame, this.activeStreams, this.#flood, now);
    if (this.#concernsStreams(frame)) {
      this.ensureStreams().onSettings(frame.settings);
    }
    settings.acknowledge();
  }

  /** The next header block must name the size of its table, if that changes. */
  #concernsStreams({ settings }: SettingsFrame): boolean {
    return this.#streams !== undefined ||
      settings.some(([id]) => id === SettingId.HEADER_TABLE_SIZE);
  }

  /** A drain takes two, and the last one before the close may repeat them. */
  #onGoaway(frame: GoawayFrame, now: number): void {
    const goaways = this.#ensureGoaways();
    const before = goaways.received?.lastStreamId ?? Infinity;
    if (before < Infinity) this.#flood.spend(now, "further GOAWAY frame");
    const goaway = goaways.onGoaway(frame);
    if (goaway.lastStreamId < before) this.#streams?.goaway(goaway);
  }

  #finishDrain(goaways: GoawayExchange): void {
    if (goaways.drainState.kind !== "announced") return;
    const streams = this.ensureStreams();
    streams.refuseNew();
    goaways.finish(streams.table.lastPeerId);
  }
}
