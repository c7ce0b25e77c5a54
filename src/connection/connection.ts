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
import { type ConnectionMemory, MemoryQuota } from "../memory/mod.ts";
import { requireReason } from "./ascii.ts";
import { type ConnectionCounters, zeroConnectionCounters } from "./counters.ts";
import type { DrainState } from "./drain.ts";
import { EventLog, type EventSink } from "./event_log.ts";
import type { ConnectionEvent } from "./events.ts";
import { FloodBudget, USELESS_FRAMES } from "./flood_budget.ts";
import { Streams } from "./streams/mod.ts";
import type { Goaway } from "./goaway.ts";
import { HEADER_LIMITS, type HeaderLimits } from "./headers/mod.ts";
import { Opening } from "./opening.ts";
import { Output } from "./output.ts";
import type { PeerSettings } from "./peer_settings.ts";
import { PingExchange } from "./ping_exchange.ts";
import type { PingPurpose, PingRecord } from "./ping_ledger.ts";
import type { Role } from "./role.ts";
import { DrainSequence } from "./drain_sequence.ts";
import { SettingsExchange } from "./settings_exchange.ts";

/** How a {@linkcode Connection} is set up. */
export interface ConnectionOptions {
  /** Which end this is. */
  readonly role: Role;
  /** Streams that the peer may have open at once; a server's may have none. */
  readonly maxConcurrentStreams?: number;
  /** See {@linkcode HeaderLimits.maxHeaderListSize}. */
  readonly maxHeaderListSize?: number;
  /** See {@linkcode HeaderLimits.absoluteMaxHeaderListSize}. */
  readonly absoluteMaxHeaderListSize?: number;
  /**
   * Milliseconds, from the SETTINGS of the peer on, for it to acknowledge those
   * of this end.
   */
  readonly settingsTimeout: number;
  /**
   * Octets that a receive window may grow to with the bandwidth-delay product;
   * 65 535 measures nothing.
   */
  readonly maxWindowSize?: number;
}

/** What a {@linkcode Connection} shares with its owner. */
export interface ConnectionSetup {
  /**
   * A number from 0 to 1 that the peer does not know, so that it cannot choose
   * identifiers that are slow to find.
   *
   * @default {0.5}
   */
  readonly random?: number;
  /** What the connection may hold; by default, as much as by itself. */
  readonly memory?: ConnectionMemory;
  /** Takes the events, and tells the time; by default, nobody does. */
  readonly events?: EventSink;
  /** What the connection counts. */
  readonly counters?: ConnectionCounters;
}

/**
 * What one stream adds to the charge for a frame that concerns all of them: a
 * thousand as much as the frame.
 */
const COST_PER_STREAM = 0.001;

/** What a parameter adds to the charge for its SETTINGS: there may be 2,730. */
const COST_PER_SETTING = 0.01;

/**
 * One end of an HTTP/2 connection (RFC 9113): preface, SETTINGS, PING, GOAWAY
 * and the streams. It knows no keepalive and closes nothing: it answers what
 * the peer sends, and says what happened.
 */
export class Connection {
  /** Which end this is. */
  readonly role: Role;
  /** What has been counted. */
  readonly counters: ConnectionCounters;
  /** What is to be sent. */
  readonly output: Output = new Output();
  readonly #reader = new FrameReader();
  readonly #flood = new FloodBudget(USELESS_FRAMES);
  readonly #events: EventSink;
  readonly #pings: PingExchange;
  #opening: Opening | undefined;
  readonly #settings: SettingsExchange;
  readonly #drain: DrainSequence;
  readonly #maxConcurrentStreams: number;
  readonly #headerLimits: HeaderLimits;
  readonly #random: number;
  readonly #memory: ConnectionMemory;
  #streams: Streams | undefined;

  /** Starts a connection: its preface and SETTINGS are ready to be sent. */
  constructor(options: ConnectionOptions, {
    random = 0.5,
    memory = new MemoryQuota().connect(),
    events = new EventLog<ConnectionEvent>(0, true),
    counters = zeroConnectionCounters(),
  }: ConnectionSetup = {}) {
    const { role, maxConcurrentStreams = 0, maxWindowSize } = options;
    this.role = role;
    this.#opening = new Opening(role);
    this.#settings = new SettingsExchange(
      role,
      this.output,
      events,
      options.settingsTimeout,
    );
    this.#events = events;
    this.counters = counters;
    this.#drain = new DrainSequence(role, this.output, events);
    this.#maxConcurrentStreams = maxConcurrentStreams;
    this.#random = random;
    this.#memory = memory;
    this.#pings = new PingExchange(
      this.output,
      events,
      counters,
      maxWindowSize,
    );
    this.#headerLimits = headerLimits(options);
    this.#settings.begin(
      maxConcurrentStreams,
      this.#headerLimits.maxHeaderListSize,
      memory.divide(maxConcurrentStreams),
    );
  }

  /** What the peer has asked for. */
  get peerSettings(): PeerSettings {
    return this.#settings.peer;
  }

  /** Whether the peer's SETTINGS have arrived. */
  get established(): boolean {
    return this.#settings.established;
  }

  /** The streams; an idle connection has none, and nothing for them. */
  get streams(): Streams {
    return this.#streams ??= new Streams({
      role: this.role,
      maxConcurrentStreams: this.#maxConcurrentStreams,
      headerLimits: this.#headerLimits,
      settings: this.#settings,
      peer: this.peerSettings,
      output: this.output,
      events: this.#events,
      counters: this.counters,
      flood: this.#flood,
      random: this.#random,
      memory: this.#memory,
    });
  }

  /** Streams that are open or half-closed. */
  get activeStreams(): number {
    return this.#streams?.activeCount ?? 0;
  }

  /** Whether every stream identifier of this end has been used. */
  get exhausted(): boolean {
    return this.#streams?.exhausted ?? false;
  }

  /** Where a drain stands. */
  get drainState(): DrainState {
    return this.#drain.drainState;
  }

  /** The last GOAWAY of the peer. */
  get receivedGoaway(): Goaway | undefined {
    return this.#drain.received;
  }

  /** The last GOAWAY of this end. */
  get sentGoaway(): Goaway | undefined {
    return this.#drain.sent;
  }

  /** The last PINGs of this end, oldest first. */
  get recentPings(): readonly PingRecord[] {
    return this.#pings.recent;
  }

  /** Whether nothing is left to do: drained, and no stream is active. */
  get finished(): boolean {
    return this.#drain.isFinal && this.activeStreams === 0;
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    const { acknowledgeBy } = this.#settings;
    return Math.min(acknowledgeBy, this.#drain.deadline());
  }

  /**
   * Does what is due.
   *
   * @throws {ConnectionError} SETTINGS_TIMEOUT (RFC 9113 section 6.5.3).
   */
  advance(now: number): void {
    this.#settings.advance(now);
    if (now >= this.#drain.deadline()) this.#finishDrain();
  }

  /**
   * Takes octets of the peer; `next` must then be called until it answers
   * `undefined`.
   *
   * @throws {ConnectionError} If they are no HTTP/2.
   */
  feed(slice: Uint8Array): void {
    this.#streams?.beginOctets();
    this.#memory.endTurn();
    this.#reader.feed(this.#opening?.frameOctets(slice) ?? slice);
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
      const frame = this.#reader.next();
      if (frame === undefined) return undefined;
      this.counters.framesReceived++;
      this.#handle(frame, now);
      return frame;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.streams.headerBlocks.checkMalformed(error);
      this.streams.fail(error, now);
      return error;
    }
  }

  /**
   * Sends a PING.
   *
   * @throws {RangeError} If it is one of a user, and too many are unanswered.
   */
  ping(purpose: PingPurpose, now: number): PingRecord {
    return this.#pings.send(purpose, now);
  }

  /**
   * Sends the last GOAWAY before a close. A client names stream 0, as it has
   * processed no stream of the server.
   */
  goaway(code: number, debug: string): void {
    this.#drain.sendGoaway(this.#streams?.lastPeerId ?? 0, code, debug);
  }

  /**
   * Begins to drain the connection. A server announces it and lets a PING
   * settle which streams still count; a client just opens no further streams.
   * A repeated call changes nothing.
   *
   * @param closeAt When its owner will cut off what runs, for the event.
   * @throws {TypeError} If the reason is not printable ASCII.
   * @throws {RangeError} If it is longer than 1 024 characters.
   */
  drain(reason: string, now: number, closeAt: number = Infinity): boolean {
    requireReason(reason);
    if (this.drainState.kind !== "none") return false;
    const at = this.#events.now;
    this.#events.push({ at, type: "draining", by: "local", reason, closeAt });
    if (this.role === "client") {
      this.#drain.stop();
    } else {
      this.#drain.announce(reason, now);
      this.#pings.send("drain", now);
    }
    return true;
  }

  /** No stream is active: the next one starts a burst of data of its own. */
  rest(): void {
    this.#pings.rest();
  }

  /**
   * Takes everything that is to be written, with one batch of DATA. What has
   * come must have been handed over.
   */
  takeOutput(): Uint8Array<ArrayBuffer> {
    this.#streams?.endTurn();
    this.#streams?.pump();
    return this.output.take();
  }

  #handle(frame: Frame, now: number): void {
    if (this.#opening !== undefined) this.#open(this.#opening, frame, now);
    const blocks = this.#streams?.headerBlocks;
    if (blocks?.unfinished) blocks.check(frame);
    switch (frame.type) {
      case FrameType.PING:
        return this.#onPing(frame, now);
      case FrameType.DATA:
        return this.#onData(frame, now);
      case FrameType.HEADERS:
      case FrameType.CONTINUATION:
        return this.streams.onHeaders(frame, now);
      case FrameType.RST_STREAM:
        return this.streams.onRstStream(frame, now);
      case FrameType.WINDOW_UPDATE:
        return this.streams.onWindowUpdate(frame);
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
    this.#settings.awaitAck(now);
  }

  /** A larger window helps a slow path, but no slow consumer. */
  #onData(frame: DataFrame, now: number): void {
    const { streamId, flowControlledLength } = frame;
    const counts = this.streams.keepsUp(streamId, now);
    this.streams.onData(frame, now);
    if (counts) this.#pings.measure(flowControlledLength, now);
  }

  #onPing(frame: PingFrame, now: number): void {
    if (!frame.ack) return this.#pings.onPing(frame);
    const ping = this.#pings.onAck(frame, now);
    if (ping === undefined) {
      return this.#flood.spend(now, "unsolicited PING acknowledgement");
    }
    const window = this.#pings.windowAfter(ping);
    if (window !== undefined) this.streams.growReceiveWindows(window);
    if (ping.purpose === "drain" && this.drainState.kind === "announced") {
      this.#finishDrain();
    }
  }

  #onSettings(frame: SettingsFrame, now: number): void {
    if (frame.ack) {
      const { hasAgreed } = this.#settings;
      if (!this.#settings.acknowledged()) {
        this.#flood.spend(now, "unsolicited SETTINGS acknowledgement");
      }
      if (!hasAgreed) this.#streams?.resizeFirstWindows();
      return;
    }
    const parameters = frame.settings.length;
    this.#flood.spend(now, "SETTINGS frame", 1 + parameters * COST_PER_SETTING);
    const { initialWindowSize } = this.peerSettings;
    this.#settings.apply(frame.settings);
    if (this.peerSettings.initialWindowSize !== initialWindowSize) {
      const cost = this.activeStreams * COST_PER_STREAM;
      this.#flood.spend(now, "SETTINGS frame that changes all windows", cost);
    }
    if (this.#concernsStreams(frame)) this.streams.onSettings(frame.settings);
    this.#settings.acknowledge();
  }

  /** The next header block must name the size of its table, if that changes. */
  #concernsStreams({ settings }: SettingsFrame): boolean {
    return this.#streams !== undefined ||
      settings.some(([id]) => id === SettingId.HEADER_TABLE_SIZE);
  }

  /** A drain takes two, and the last one before the close may repeat them. */
  #onGoaway(frame: GoawayFrame, now: number): void {
    const before = this.receivedGoaway?.lastStreamId ?? Infinity;
    if (before < Infinity) this.#flood.spend(now, "further GOAWAY frame");
    const goaway = this.#drain.onGoaway(frame);
    if (goaway.lastStreamId < before) this.#streams?.goaway(goaway);
  }

  #finishDrain(): void {
    this.streams.refuseNew();
    this.#drain.finish(this.streams.lastPeerId);
  }
}

function headerLimits({
  maxHeaderListSize = HEADER_LIMITS.maxHeaderListSize,
  absoluteMaxHeaderListSize = HEADER_LIMITS.absoluteMaxHeaderListSize,
}: Partial<HeaderLimits>): HeaderLimits {
  return { maxHeaderListSize, absoluteMaxHeaderListSize };
}
