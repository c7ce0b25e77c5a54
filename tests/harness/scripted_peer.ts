import {
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  type Frame,
  FrameReader,
  FrameType,
  FrameWriter,
  type GoawayFrame,
  type PingFrame,
} from "../../src/frames/mod.ts";
import {
  type ClientParameters,
  type ServerParameters,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { readFrames } from "./copied_frame.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** The field block of a request that needs no table: `POST http /`. */
export const BLOCK = Uint8Array.of(0x83, 0x86, 0x84);

/** What is in that block. */
export const FIELDS: readonly EncodableHeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
];

/** The field block of a response that needs no table: `:status: 200`. */
export const RESPONSE_BLOCK = Uint8Array.of(0x88);

/** What is in that block. */
export const RESPONSE: readonly EncodableHeaderField[] = [[":status", "200"]];

/** A frame that the session under test has sent, and when. */
export interface SentFrame {
  readonly at: number;
  readonly frame: Frame;
}

/**
 * A session under test in virtual time, against a peer that says just what
 * the test scripts, and nothing of its own accord (no acknowledgement either,
 * unless `acknowledges` is set).
 */
export class ScriptedPeer {
  readonly session: Session;
  /** All events of the session. */
  readonly events: SessionEvent[] = [];
  /** All frames that the session has sent. */
  readonly sent: SentFrame[] = [];
  /** Milliseconds after which PINGs are acknowledged; `undefined`: never. */
  acknowledges: number | undefined;
  now = 0;
  readonly #reader = new FrameReader();
  readonly #isServer: boolean;
  readonly #acks: { at: number; opaqueData: Uint8Array }[] = [];
  #prefaceLeft: number;

  constructor(parameters: ClientParameters | ServerParameters, random = 0.5) {
    this.session = new Session(parameters, 0, { random, observed: true });
    this.#isServer = parameters.role === "server";
    this.#prefaceLeft = this.#isServer ? 0 : PREFACE.length;
    this.#collect();
  }

  /** Exchanges preface and SETTINGS, both acknowledged. */
  handshake(): this {
    if (this.#isServer) this.receive(PREFACE);
    this.say((writer) => {
      encodeSettings(writer, []);
      encodeSettingsAck(writer);
    });
    return this;
  }

  /** The peer says some frames now. */
  say(encode: (writer: FrameWriter) => void): void {
    const writer = new FrameWriter();
    encode(writer);
    this.receive(writer.take());
  }

  /** Octets of the peer arrive now. */
  receive(octets: Uint8Array): void {
    this.session.receive(octets, this.now);
    this.#collect();
  }

  /** The peer sends a PING now. */
  ping(opaqueData: Uint8Array = new Uint8Array(8)): void {
    this.say((writer) => encodePing(writer, false, opaqueData));
  }

  /** The peer opens a stream, or answers on one, now. */
  headers(streamId: number, endStream = false): void {
    const block = this.#isServer ? BLOCK : RESPONSE_BLOCK;
    this.say((writer) =>
      encodeHeaders(writer, streamId, block, endStream, true)
    );
  }

  /** The peer resets a stream now. */
  rstStream(streamId: number, code = 8): void {
    this.say((writer) => encodeRstStream(writer, streamId, code));
  }

  /** The peer sends GOAWAY now. */
  goaway(lastStreamId: number, code = 0, debug = ""): void {
    const octets = new TextEncoder().encode(debug);
    this.say((writer) => encodeGoaway(writer, lastStreamId, code, octets));
  }

  /** Gives a command, and collects what comes of it. */
  command<T>(give: (session: Session, now: number) => T): T {
    const result = give(this.session, this.now);
    this.#collect();
    return result;
  }

  /** Lets time pass, stopping at every deadline on the way. */
  advanceTo(time: number): void {
    for (;;) {
      const next = Math.min(
        this.session.deadline(),
        this.#acks[0]?.at ?? Infinity,
      );
      if (next > time) break;
      this.now = Math.max(this.now, next);
      this.#acknowledge();
      this.session.advance(this.now);
      this.#collect();
    }
    this.now = time;
  }

  /** Advances once, at a time that may be later than the deadline. */
  advanceLate(time: number, wall?: number): void {
    this.now = time;
    this.session.advance(time, wall);
    this.#collect();
  }

  /** When the session sent PINGs that are no acknowledgements. */
  get pingTimes(): number[] {
    return this.pings.map(({ at }) => at);
  }

  /** The PINGs of the session that are no acknowledgements. */
  get pings(): { at: number; frame: PingFrame }[] {
    return this.framesOf(FrameType.PING).filter(({ frame }) =>
      !(frame as PingFrame).ack
    ) as { at: number; frame: PingFrame }[];
  }

  /** The GOAWAYs of the session. */
  get goaways(): { at: number; frame: GoawayFrame }[] {
    return this.framesOf(FrameType.GOAWAY) as {
      at: number;
      frame: GoawayFrame;
    }[];
  }

  /** The frames of a type that the session has sent. */
  framesOf(type: Frame["type"]): SentFrame[] {
    return this.sent.filter(({ frame }) => frame.type === type);
  }

  /** The events of a type. */
  eventsOf<T extends SessionEvent["type"]>(
    type: T,
  ): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<
      SessionEvent,
      { type: T }
    >[];
  }

  /** When the session closed; `undefined` if it has not. */
  get closedAt(): number | undefined {
    const { state } = this.session;
    return state.kind === "closed" ? state.reason.at : undefined;
  }

  #acknowledge(): void {
    while (this.#acks.length > 0 && this.#acks[0].at <= this.now) {
      const { opaqueData } = this.#acks.shift()!;
      this.say((writer) => encodePing(writer, true, opaqueData));
    }
  }

  /** Takes all output, batch by batch, which may bring events, too. */
  #collect(): void {
    this.events.push(...this.session.takeEvents());
    for (;;) {
      const octets = this.session.takeOutput();
      this.events.push(...this.session.takeEvents());
      if (octets.length === 0) return;
      this.#read(octets);
    }
  }

  #read(octets: Uint8Array): void {
    const preface = Math.min(this.#prefaceLeft, octets.length);
    this.#prefaceLeft -= preface;
    for (const frame of readFrames(this.#reader, octets.subarray(preface))) {
      this.sent.push({ at: this.now, frame });
      if (
        frame.type === FrameType.PING && !frame.ack &&
        this.acknowledges !== undefined
      ) {
        const at = this.now + this.acknowledges;
        this.#acks.push({ at, opaqueData: frame.opaqueData });
      }
    }
  }
}
