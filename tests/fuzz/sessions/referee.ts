import { assert, assertEquals } from "@std/assert";
import {
  ErrorCode,
  type Frame,
  FrameReader,
  FrameType,
  type SettingsFrame,
  StreamError,
} from "../../../src/frames/mod.ts";
import { HpackDecoder } from "../../../src/hpack/mod.ts";
import { concat, hex } from "../../harness/octets.ts";
import { frame, PREFACE } from "../inputs/frames.ts";

const DEFAULT_WINDOW = 65_535;
const MAX_UINT31 = 0x7fff_ffff;
const [HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE] = [1, 4, 5];

/** What a stream's sender may and has. */
interface Sender {
  window: number;
  ended: boolean;
}

/**
 * Watches what a session is sent and what it sends, and knows what it may: the
 * windows and sizes that its peer has set, one end of a stream, and nothing
 * behind a GOAWAY with an error.
 */
export class Referee {
  readonly #heard = new FrameReader();
  readonly #said = new FrameReader(16_777_215);
  readonly #decoder = new HpackDecoder();
  readonly #streams = new Map<number, Sender>();
  readonly #pings: string[] = [];
  readonly #settings: SettingsFrame[] = [];
  readonly #isClient: boolean;
  #prefaceLeft: number;
  #isDeaf = false;
  #window = DEFAULT_WINDOW;
  #initialWindow = DEFAULT_WINDOW;
  #maxFrameSize = 16_384;
  #block: { id: number; fragments: Uint8Array[] } | undefined;
  #lastSaid: Uint8Array = new Uint8Array(0);
  #farewell: number | undefined;
  readonly #unanswered: Uint8Array[] = [];
  /** The octets heard, and those said. */
  octetsHeard = 0;
  octetsSaid = 0;

  constructor(role: "client" | "server") {
    this.#isClient = role === "client";
    this.#prefaceLeft = PREFACE.length;
  }

  /** The code of the last GOAWAY. */
  get farewell(): number | undefined {
    return this.#farewell;
  }

  /** Takes the acknowledgements that the peer owes. */
  takeAcknowledgements(): Uint8Array {
    return concat(...this.#unanswered.splice(0));
  }

  /** The session receives octets. */
  hear(octets: Uint8Array): void {
    this.octetsHeard += octets.length;
    if (this.#isDeaf) return;
    let rest = octets;
    if (!this.#isClient) {
      rest = octets.subarray(this.#prefaceLeft);
      this.#prefaceLeft -= octets.length - rest.length;
    }
    this.#heard.feed(rest);
    for (;;) {
      try {
        const frame = this.#heard.next();
        if (frame === undefined) return;
        this.#hearFrame(frame);
      } catch (error) {
        if (error instanceof StreamError) continue;
        this.#isDeaf = true;
        return;
      }
    }
  }

  #hearFrame(frame: Frame): void {
    switch (frame.type) {
      case FrameType.SETTINGS:
        if (!frame.ack) this.#hearSettings(frame);
        return;
      case FrameType.PING:
        if (!frame.ack) this.#pings.push(hex(frame.opaqueData));
        return;
      case FrameType.WINDOW_UPDATE: {
        const { streamId, windowSizeIncrement } = frame;
        if (streamId === 0) this.#window += windowSizeIncrement;
        else this.#sender(streamId).window += windowSizeIncrement;
      }
    }
  }

  #hearSettings(frame: SettingsFrame): void {
    this.#settings.push(frame);
    for (const [id, value] of frame.settings) {
      if (id === MAX_FRAME_SIZE) this.#maxFrameSize = value;
      if (id !== INITIAL_WINDOW_SIZE) continue;
      for (const stream of this.#streams.values()) {
        stream.window += value - this.#initialWindow;
      }
      this.#initialWindow = value;
    }
  }

  /** The session says octets, each time all that it has to say. */
  say(octets: Uint8Array): void {
    this.octetsSaid += octets.length;
    let rest = octets;
    if (this.#isClient && this.#prefaceLeft > 0 && octets.length > 0) {
      rest = octets.subarray(PREFACE.length);
      assertEquals(octets.subarray(0, PREFACE.length), PREFACE);
      this.#prefaceLeft = 0;
    }
    this.#said.feed(rest);
    this.#lastSaid = rest;
    for (let at = 0;;) {
      const frame = this.#said.next();
      if (frame === undefined) return;
      assert(this.#farewell === undefined, `Frame ${frame.type} after the end`);
      const start = rest.subarray(at);
      const length = start[0] << 16 | start[1] << 8 | start[2];
      at += 9 + length;
      assert(length <= this.#maxFrameSize, `A frame of ${length} octets`);
      this.#sayFrame(frame);
    }
  }

  #sayFrame(frame: Frame): void {
    const { streamId } = frame;
    if (this.#block !== undefined) {
      assertEquals(frame.type, FrameType.CONTINUATION, "A broken field block");
      assertEquals(streamId, this.#block.id, "A broken field block");
    }
    switch (frame.type) {
      case FrameType.HEADERS: {
        const sender = this.#sender(streamId);
        assert(!sender.ended, `HEADERS on stream ${streamId}, which has ended`);
        sender.ended = frame.endStream;
        this.#block = { id: streamId, fragments: [] };
        return this.#sayFragment(frame.fragment, frame.endHeaders);
      }
      case FrameType.CONTINUATION:
        return this.#sayFragment(frame.fragment, frame.endHeaders);
      case FrameType.DATA:
        return this.#sayData(streamId, frame.data.length, frame.endStream);
      case FrameType.RST_STREAM:
        // A stream of the peer that was refused is not known before.
        this.#sender(streamId).ended = true;
        return;
      case FrameType.SETTINGS:
        if (frame.ack) this.#acknowledge();
        else this.#unanswered.push(ack(FrameType.SETTINGS, new Uint8Array(0)));
        return;
      case FrameType.PING:
        if (!frame.ack) {
          this.#unanswered.push(ack(FrameType.PING, frame.opaqueData));
          return;
        }
        assertEquals(hex(frame.opaqueData), this.#pings.shift(), "An ACK");
        return;
      case FrameType.GOAWAY:
        if (frame.errorCode === ErrorCode.NO_ERROR) return;
        this.#farewell = frame.errorCode;
        return;
      case FrameType.WINDOW_UPDATE:
        assert(frame.windowSizeIncrement <= MAX_UINT31);
        return;
      default:
        throw new Error(`No frame to be sent: ${frame.type}`);
    }
  }

  #sayFragment(fragment: Uint8Array, end: boolean): void {
    this.#block!.fragments.push(fragment.slice());
    if (!end) return;
    this.#decoder.decode(concat(...this.#block!.fragments));
    this.#block = undefined;
  }

  #sayData(id: number, length: number, end: boolean): void {
    const sender = this.#sender(id);
    assert(!sender.ended, `DATA on stream ${id}, which has ended`);
    sender.window -= length;
    this.#window -= length;
    const isAllowed = sender.window >= 0 && this.#window >= 0;
    assert(isAllowed || length === 0, "More DATA than the windows allow");
    sender.ended = end;
  }

  /** "...MUST be applied in the order they appear", then acknowledged. */
  #acknowledge(): void {
    const acknowledged = this.#settings.shift();
    assert(acknowledged !== undefined, "An acknowledgement of nothing");
    for (const [id, value] of acknowledged.settings) {
      if (id !== HEADER_TABLE_SIZE) continue;
      this.#decoder.setMaxTableSize(Math.min(value, MAX_UINT31));
    }
  }

  #sender(id: number): Sender {
    let sender = this.#streams.get(id);
    if (sender === undefined) {
      sender = { window: this.#initialWindow, ended: false };
      this.#streams.set(id, sender);
    }
    return sender;
  }
}

function ack(type: number, payload: Uint8Array): Uint8Array {
  return frame(type, 1, 0, payload);
}
