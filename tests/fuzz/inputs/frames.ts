import {
  encodeFrame,
  encodeSettings,
  Flag,
  FrameType,
  FrameWriter,
  type Setting,
} from "../../../src/frames/mod.ts";
import { type HeaderField, HpackEncoder } from "../../../src/hpack/mod.ts";
import { ascii, concat } from "../../harness/octets.ts";
import type { Random } from "../../harness/seed.ts";
import { randomSection } from "./fields.ts";

/** What a client says first (RFC 9113 section 3.4). */
export const PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

const { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS } = FrameType;
const { PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION } = FrameType;

/** How often each type is drawn; those that do most lead. */
const TYPES: readonly number[] = [
  ...Array(8).fill(HEADERS),
  ...Array(8).fill(DATA),
  ...Array(2).fill(WINDOW_UPDATE),
  RST_STREAM,
  SETTINGS,
  PING,
  PRIORITY,
  0x10,
];

/** What ends a connection wherever it comes, or nearly so. */
const RUDE_TYPES: readonly number[] = [
  GOAWAY,
  PUSH_PROMISE,
  CONTINUATION,
  10,
  0xff,
];

const VALUES_32 = [
  0,
  1,
  2,
  8,
  100,
  16_384,
  65_535,
  65_536,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_ffff,
];

/** The frames of a peer that keeps to the rules, but for a slip at times. */
export class FrameMaker {
  readonly #random: Random;
  readonly #role: "client" | "server";
  readonly #rarity: number;
  readonly #encoder = new HpackEncoder();
  /** Streams that the client has opened. */
  opened = 0;

  /**
   * Starts the frames of a peer.
   *
   * @param role Whose frames they are.
   * @param rarity One of so many choices is a slip.
   */
  constructor(random: Random, role: "client" | "server", rarity: number = 20) {
    this.#random = random;
    this.#role = role;
    this.#rarity = rarity;
  }

  /** What opens a connection. */
  opening(): Uint8Array {
    const writer = new FrameWriter();
    encodeSettings(writer, this.#settings());
    const settings = writer.take().slice();
    if (this.#slips()) return settings.subarray(0, 5);
    return this.#role === "client" ? concat(PREFACE, settings) : settings;
  }

  /** One frame, or HEADERS with its CONTINUATION. */
  next(): Uint8Array {
    const type = this.#random.pick(this.#slips() ? RUDE_TYPES : TYPES);
    const isFirst = this.opened === 0 && !this.#slips();
    if (type === HEADERS || isFirst) return this.#headers();
    const flags = this.#flags(type);
    return frame(type, flags, this.#idFor(type), this.#payload(type));
  }

  #slips(): boolean {
    return this.#random.oneIn(this.#rarity);
  }

  #headers(): Uint8Array {
    const random = this.#random;
    const isRequest = this.#role === "client" &&
      (this.opened === 0 || random.below(5) < 3);
    if (isRequest) this.opened += this.#slips() ? 2 : 1;
    const id = isRequest && !this.#slips() ? 2 * this.opened - 1 : this.#id();
    const isTrailers = !isRequest &&
      (this.#role === "client" || random.oneIn(3));
    const block = this.#encoder.encode(this.#section(
      isRequest ? "request" : isTrailers ? "trailers" : "response",
    ));
    const isLast = isTrailers ? !this.#slips() : random.oneIn(4);
    const end = isLast ? Flag.END_STREAM : 0;
    if (!random.oneIn(6)) {
      return frame(HEADERS, end | Flag.END_HEADERS, id, block);
    }
    const cut = random.below(block.length + 1);
    return concat(
      frame(HEADERS, end, id, block.subarray(0, cut)),
      frame(CONTINUATION, Flag.END_HEADERS, id, block.subarray(cut)),
    );
  }

  #section(role: "request" | "response" | "trailers"): HeaderField[] {
    return randomSection(this.#random, role, this.#rarity);
  }

  /** One of the last streams. */
  #id(): number {
    const random = this.#random;
    if (this.#slips()) return random.pick([0, 2, 0x7fff_ffff, 101]);
    const last = Math.max(0, this.opened - 1);
    return 1 + 2 * Math.max(0, last - random.below(4));
  }

  #idFor(type: number): number {
    if (this.#slips()) return this.#id();
    const isOnConnection = type === SETTINGS || type === PING ||
      type === GOAWAY || type === WINDOW_UPDATE && this.#random.oneIn(3);
    // Nothing but a connection has room for frames before the first stream.
    return isOnConnection ? 0 : this.#id();
  }

  #flags(type: number): number {
    const random = this.#random;
    if (this.#slips()) return random.below(0x100);
    if (type === DATA) return random.oneIn(5) ? Flag.END_STREAM : 0;
    return 0;
  }

  #payload(type: number): Uint8Array {
    const random = this.#random;
    if (this.#slips()) return random.octets(random.below(20));
    switch (type) {
      case DATA:
        return new Uint8Array(random.pick([0, 1, 5, 100, 1_000, 16_384]));
      case PRIORITY:
        return concat(this.#uint32(), Uint8Array.of(random.below(0x100)));
      case RST_STREAM:
        return uint32(random.below(14));
      case SETTINGS:
        return this.#settingsPayload();
      case PUSH_PROMISE:
        return concat(uint32(2), Uint8Array.of(0x82));
      case PING:
        return random.octets(8);
      case GOAWAY:
        return concat(this.#uint32(), uint32(random.below(14)), ascii("bye"));
      case WINDOW_UPDATE:
        return this.#slips()
          ? this.#uint32()
          : uint32(1 + random.below(70_000));
      case HEADERS:
      case CONTINUATION:
        return Uint8Array.of(0x83, 0x86, 0x84);
      default:
        return random.octets(random.below(12));
    }
  }

  #settings(): Setting[] {
    const random = this.#random;
    return Array.from({ length: random.below(4) }, (): Setting =>
      random.pick([
        [1, random.below(10_000)],
        [2, 0],
        [3, random.below(5)],
        [4, random.pick([0, 1, 1_000, 65_535, 1_000_000])],
        [5, 16_384 + random.below(10_000)],
        [6, random.pick([0, 50, 200, 100_000])],
        [99, 1],
      ]));
  }

  #settingsPayload(): Uint8Array {
    if (this.#slips()) {
      const id = Uint8Array.of(0, this.#random.below(8));
      return concat(id, this.#uint32());
    }
    const writer = new FrameWriter();
    encodeSettings(writer, this.#settings());
    return writer.take().slice(9);
  }

  #uint32(): Uint8Array {
    return uint32(this.#random.pick(VALUES_32));
  }
}

/** The octets of a frame. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array,
): Uint8Array {
  const writer = new FrameWriter();
  encodeFrame(writer, type, flags, streamId, payload);
  return writer.take().slice();
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
