import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodePushPromise,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  FrameWriter,
} from "../../src/frames/mod.ts";
import type { Random } from "../harness/seed.ts";
import type { Who } from "./split_scenario.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const KEEPALIVE_PING = new Uint8Array(8);
const DRAIN_PING = Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9);

/** What a peer says first. */
export function greeting(to: Who): Uint8Array {
  const writer = new FrameWriter();
  if (to === "server") {
    const at = writer.reserve(PREFACE.length);
    writer.buffer.set(PREFACE, at);
  }
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
  return writer.take();
}

/** Says frames that make sense, and frames that do not, in any order. */
export class FrameBabbler {
  readonly #random: Random;
  readonly #to: Who;
  readonly #writer = new FrameWriter();
  readonly #opened: () => number;
  #nextStream = 1;

  /**
   * @param to Which end it talks to.
   * @param opened How many streams that end has opened by now, if it is a
   * client.
   */
  constructor(random: Random, to: Who, opened: () => number) {
    this.#random = random;
    this.#to = to;
    this.#opened = opened;
  }

  /** Some frames; `rudeness` in a hundred of them are no good HTTP/2. */
  say(count: number, rudeness: number): Uint8Array {
    for (let i = 0; i < count; i++) {
      if (this.#random.below(100) < rudeness) this.#rude();
      else this.#polite();
    }
    return this.#writer.take().slice();
  }

  #polite(): void {
    const { below, oneIn, pick } = dice(this.#random);
    const writer = this.#writer;
    const stream = this.#stream();
    const isAnyOpen = this.#to === "server"
      ? this.#nextStream > 1
      : this.#opened() > 0;
    switch (below(isAnyOpen ? 10 : this.#to === "server" ? 5 : 4)) {
      case 0:
      case 1:
        return encodePing(writer, false, this.#random.octets(8));
      case 2:
        return encodePing(writer, true, pick([KEEPALIVE_PING, DRAIN_PING]));
      case 3:
        return encodePing(writer, true, userPing(1 + below(5)));
      case 4:
        return this.#open(oneIn(3));
      case 5:
        return encodeData(writer, stream, new Uint8Array(below(50)), oneIn(4));
      case 6:
        return encodeHeaders(
          writer,
          stream,
          Uint8Array.of(0x88),
          oneIn(3),
          true,
        );
      case 7:
        return encodeRstStream(writer, stream, pick([0, 7, 8]));
      case 8:
        return encodeWindowUpdate(
          writer,
          oneIn(2) ? 0 : stream,
          1 + below(999),
        );
      default:
        return oneIn(3)
          ? encodeSettings(writer, [[4, pick([0, 100, 65_535])]])
          : encodePriority(writer, stream, 0, 16, false);
    }
  }

  #rude(): void {
    const { below, oneIn, pick } = dice(this.#random);
    const writer = this.#writer;
    const stream = this.#stream();
    switch (below(9)) {
      case 0: {
        const debug = Uint8Array.from("max_age", (c) => c.charCodeAt(0));
        const last = pick([0, 1, 3, 2 ** 31 - 1]);
        return encodeGoaway(writer, last, pick([0, 0, 2, 11]), debug);
      }
      case 1:
        return encodeHeaders(writer, stream, Uint8Array.of(1), false, false);
      case 2: {
        const fragment = new Uint8Array(below(3));
        return encodeContinuation(writer, stream, fragment, oneIn(2));
      }
      case 3:
        return encodePushPromise(writer, 1, 2, Uint8Array.of(1), true);
      case 4:
        return encodeWindowUpdate(writer, stream, 2 ** 31 - 1);
      case 5:
        return encodeFrame(writer, 3, 0, 0, new Uint8Array(4));
      case 6: // A WINDOW_UPDATE of 0 on a stream is an error of that stream.
        return encodeFrame(writer, 8, 0, stream, new Uint8Array(4));
      case 7:
        return encodePing(writer, true, this.#random.octets(8));
      default: {
        const payload = this.#random.octets(below(20));
        encodeFrame(writer, below(12), below(256), pick([0, stream]), payload);
      }
    }
  }

  #open(endStream: boolean): void {
    const id = this.#to === "server" ? this.#nextStream : this.#stream();
    this.#nextStream += 2;
    encodeHeaders(this.#writer, id, Uint8Array.of(0x83), endStream, true);
  }

  /** One of the last streams; seldom another, which is most often an error. */
  #stream(): number {
    const { below, oneIn } = dice(this.#random);
    if (oneIn(60)) return 1 + below(12);
    const next = this.#to === "server"
      ? this.#nextStream
      : 1 + 2 * this.#opened();
    return Math.max(1, next - 2 - 2 * below(3));
  }
}

function userPing(id: number): Uint8Array {
  return Uint8Array.of(0x70, 0x69, 0x6e, 0x67, 0, 0, 0, id);
}

function dice(random: Random) {
  return {
    below: (bound: number): number => random.below(bound),
    oneIn: (count: number): boolean => random.oneIn(count),
    pick: <T>(list: readonly T[]): T => random.pick(list),
  };
}
