import { Alike } from "../collections/mod.ts";
import {
  ConnectionError,
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  type Setting,
  SettingId,
  type SettingsFrame,
} from "../frames/mod.ts";
import { type ConnectionOptions, headerLimits } from "./connection_options.ts";
import type { EventSink } from "./event_log.ts";
import type { FloodBudget } from "./flood_budget.ts";
import type { Output } from "./output.ts";
import {
  applySettings,
  DEFAULT_WINDOW_SIZE,
  initialPeerSettings,
  type PeerSettings,
  refusePush,
} from "./peer_settings.ts";
import { CLIENT_PREFACE } from "./preface.ts";
import type { Role } from "./role.ts";

/**
 * What one stream adds to the charge for a frame that concerns all of them: a
 * thousand as much as the frame.
 */
const COST_PER_STREAM = 0.001;

/** What a parameter adds to the charge for its SETTINGS: there may be 2,730. */
const COST_PER_SETTING = 0.01;

const INITIAL: Readonly<PeerSettings> = initialPeerSettings();

/** Most peers ask for the same. */
const ALIKE = new Alike<PeerSettings>();

/**
 * The SETTINGS of both ends and their acknowledgements
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.3 | RFC 9113 section 6.5.3}).
 */
export class SettingsExchange {
  #peer: PeerSettings = INITIAL;
  /** Whether that is an object of its own. */
  #isOwn = false;
  readonly #role: Role;
  readonly #output: Output;
  readonly #events: EventSink;
  readonly #timeout: number;
  #established = false;
  #unacknowledged = 0;
  #hasAgreed = false;
  #acknowledgeBy: number | undefined;
  #first: readonly Setting[] | undefined;

  /** Starts with nothing sent; `timeout` is in milliseconds. */
  constructor(
    role: Role,
    output: Output,
    events: EventSink,
    timeout: number,
  ) {
    this.#role = role;
    this.#output = output;
    this.#events = events;
    this.#timeout = timeout;
  }

  /**
   * What the peer has asked for, in an object that changes with it. Before the
   * first stream nobody asks: who waits shares one with all like it.
   */
  get peer(): PeerSettings {
    if (this.#isOwn) return this.#peer;
    this.#isOwn = true;
    return this.#peer = { ...this.#peer };
  }

  /** Whether settings of the peer have been taken over. */
  get established(): boolean {
    return this.#established;
  }

  /** Whether the peer knows the settings of this end. */
  get hasAgreed(): boolean {
    return this.#hasAgreed;
  }

  /** When the acknowledgement is overdue; `Infinity` if none is awaited. */
  get acknowledgeBy(): number {
    return this.#acknowledgeBy ?? Infinity;
  }

  /** Opens the connection: the preface of a client, and SETTINGS (3.4). */
  begin(options: ConnectionOptions, window: number): void {
    const { maxConcurrentStreams = 0, furtherSettings = [] } = options;
    const { maxHeaderListSize } = headerLimits(options);
    const settings: Setting[] = [
      [SettingId.MAX_HEADER_LIST_SIZE, maxHeaderListSize],
    ];
    if (this.#role === "client") {
      const writer = this.#output;
      const at = writer.reserve(CLIENT_PREFACE.length);
      writer.buffer.set(CLIENT_PREFACE, at);
      settings.push([SettingId.ENABLE_PUSH, 0]);
    } else if (maxConcurrentStreams !== Infinity) {
      settings.push([SettingId.MAX_CONCURRENT_STREAMS, maxConcurrentStreams]);
    }
    if (window !== DEFAULT_WINDOW_SIZE) {
      settings.push([SettingId.INITIAL_WINDOW_SIZE, window]);
    }
    this.send([...settings, ...furtherSettings]);
  }

  /**
   * The parameters of the first SETTINGS frame, once, for who knows identifiers
   * that HTTP/2 does not: "Extensions are permitted" (section 5.5).
   */
  takeFirst(): readonly Setting[] {
    const first = this.#first ?? [];
    this.#first = undefined;
    return first;
  }

  /** Sends settings. Their time begins with `awaitAck`. */
  send(settings: readonly Setting[]): void {
    encodeSettings(this.#output, settings);
    this.#output.command();
    this.#unacknowledged++;
  }

  /** From now on the peer can be expected to acknowledge what was sent. */
  awaitAck(now: number): void {
    this.#acknowledgeBy = now + this.#timeout;
  }

  /**
   * An acknowledgement arrived; answers whether it is the first.
   *
   * @param flood What an unsolicited one is charged to.
   */
  onAck(flood: FloodBudget, now: number): boolean {
    const isFirst = !this.#hasAgreed;
    const wasDue = this.#unacknowledged > 0;
    if (wasDue) this.#unacknowledged--;
    else flood.spend(now, "unsolicited SETTINGS acknowledgement");
    this.#hasAgreed ||= wasDue;
    if (this.#unacknowledged === 0) this.#acknowledgeBy = undefined;
    const events = this.#events;
    if (events.wants("settings-acked")) {
      events.push({ at: events.now, type: "settings-acked" });
    }
    return isFirst;
  }

  /**
   * Checks that the acknowledgement is not overdue.
   *
   * @throws {ConnectionError} SETTINGS_TIMEOUT.
   */
  advance(now: number): void {
    if (now < this.acknowledgeBy) return;
    throw new ConnectionError(
      ErrorCode.SETTINGS_TIMEOUT,
      "Received no acknowledgement of the SETTINGS frame in time",
    );
  }

  /**
   * Takes over the settings of the peer.
   *
   * @param streams How many a new window size concerns.
   * @param flood What the frame is charged to.
   * @throws {ConnectionError} PROTOCOL_ERROR if a server turns push on.
   */
  onSettings(
    { settings }: SettingsFrame,
    streams: number,
    flood: FloodBudget,
    now: number,
  ): void {
    flood.spend(now, "SETTINGS frame", 1 + settings.length * COST_PER_SETTING);
    const { initialWindowSize } = this.#peer;
    if (this.#role === "client") refusePush(settings);
    this.#apply(settings);
    if (!this.#established) this.#first = settings;
    if (this.#peer.initialWindowSize === initialWindowSize) return;
    const cost = streams * COST_PER_STREAM;
    flood.spend(now, "SETTINGS frame that changes all windows", cost);
  }

  #apply(settings: readonly Setting[]): void {
    if (this.#isOwn) return applySettings(this.#peer, settings);
    const peer = { ...this.#peer };
    applySettings(peer, settings);
    this.#peer = ALIKE.of(peer);
  }

  /** Acknowledges the settings of the peer; with the first, the handshake is over. */
  acknowledge(): void {
    encodeSettingsAck(this.#output);
    this.#output.reply();
    const events = this.#events;
    const at = events.now;
    if (this.#established) {
      const settings = { ...this.#peer };
      return events.push({ at, type: "settings-received", settings });
    }
    this.#established = true;
    events.push({ at, type: "established" });
  }
}
