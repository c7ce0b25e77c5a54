import { NO_OCTETS } from "../collections/mod.ts";
import { assert } from "../invariants/mod.ts";
import { decodeContinuation } from "./continuation.ts";
import { type DataFrame, decodeData } from "./data.ts";
import { ErrorCode } from "./error_code.ts";
import { ConnectionError } from "./errors.ts";
import { decodeExtension } from "./extension.ts";
import type { Frame } from "./frame.ts";
import {
  DEFAULT_MAX_FRAME_SIZE,
  FRAME_HEADER_LENGTH,
  FrameType,
  frameTypeName,
  MAX_MAX_FRAME_SIZE,
  type RawFrame,
} from "./frame_header.ts";
import { decodeGoaway } from "./goaway.ts";
import { decodeHeaders, type HeadersFrame } from "./headers.ts";
import { HeldFrame } from "./held_frame.ts";
import { readUint24, readUint31 } from "./octets.ts";
import { decodePing, type PingFrame } from "./ping.ts";
import { decodePriority } from "./priority.ts";
import { decodePushPromise } from "./push_promise.ts";
import { decodeRstStream } from "./rst_stream.ts";
import { decodeSettings } from "./settings.ts";
import { isShortHeaders, ShortHeaders } from "./short_headers.ts";
import { decodeWindowUpdate, type WindowUpdateFrame } from "./window_update.ts";

/** Where a frame lies while it is decoded, by whatever reader. */
const RAW: RawFrame = {
  length: 0,
  type: 0,
  flags: 0,
  streamId: 0,
  bytes: NO_OCTETS,
  start: 0,
};

/**
 * The PING frame that the last reader to be done has left: of thousands of
 * connections few read one at a time.
 */
let sparePing: PingFrame | undefined;

/** The same for short HEADERS. */
let spareHeaders: ShortHeaders | undefined;

/**
 * Cuts a stream of octets, fed in arbitrary slices, into frames.
 *
 * A frame that lies whole in a slice is decoded in place. Of one that is cut,
 * only the octets that have arrived are kept, so a peer that announces a large
 * frame and sends nothing costs nothing.
 *
 * @example Frames from slices
 * ```ts
 * import { encodePing, FrameReader, FrameType, FrameWriter } from "@keepalive/grpc/frames";
 *
 * const writer = new FrameWriter();
 * encodePing(writer, false, new Uint8Array(8));
 * const octets = writer.take();
 *
 * const reader = new FrameReader();
 * reader.feed(octets.subarray(0, 5));
 * console.log(reader.next()); // undefined: the frame is not complete
 * reader.feed(octets.subarray(5));
 * console.log(reader.next()?.type === FrameType.PING); // true
 * ```
 */
export class FrameReader {
  readonly #raw = RAW;
  #maxFrameSize: number;
  #input: Uint8Array = NO_OCTETS;
  #at = 0;
  /** Made with the first frame that comes in pieces. */
  #held: HeldFrame | undefined;
  #data: DataFrame | undefined;
  #ping: PingFrame | undefined;
  #headers: ShortHeaders | undefined;
  #windowUpdate: WindowUpdateFrame | undefined;
  #failure: ConnectionError | undefined;

  /**
   * Starts with no octets.
   *
   * @param maxFrameSize The SETTINGS_MAX_FRAME_SIZE of this endpoint, in
   * octets.
   * @throws {RangeError} If the size is not 16,384 to 16,777,215.
   */
  constructor(maxFrameSize: number = DEFAULT_MAX_FRAME_SIZE) {
    if (
      !Number.isInteger(maxFrameSize) ||
      maxFrameSize < DEFAULT_MAX_FRAME_SIZE || maxFrameSize > MAX_MAX_FRAME_SIZE
    ) {
      throw new RangeError(
        `Cannot read frames: expected a maximum frame size from ${DEFAULT_MAX_FRAME_SIZE} to ${MAX_MAX_FRAME_SIZE}, received ${maxFrameSize}`,
      );
    }
    this.#maxFrameSize = maxFrameSize;
  }

  /**
   * Hands over the next slice. It is borrowed until `next` has returned
   * `undefined`.
   *
   * @throws {TypeError} If frames of the slice before are still unread.
   */
  feed(slice: Uint8Array): void {
    if (this.#at < this.#input.length) {
      throw new TypeError(
        "Cannot feed octets: frames of the slice before are unread, call next() until it returns undefined",
      );
    }
    this.release();
    this.#input = slice;
    this.#at = 0;
  }

  /**
   * The next frame, or `undefined` if more octets are needed.
   *
   * A frame, and each view in it, is valid until `next` or `feed` is called.
   *
   * @throws {ConnectionError} If the connection cannot go on. It is thrown
   * again by every later call, and nothing more is read.
   * @throws {StreamError} If one stream must be reset; reading can go on.
   */
  next(): Frame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      if (this.#locate()) return this.#decode();
    } catch (error) {
      if (error instanceof ConnectionError) this.#fail(error);
      throw error;
    }
    this.#raw.bytes = NO_OCTETS;
    this.#data = undefined;
    sparePing = this.#ping ?? sparePing;
    this.#ping = undefined;
    spareHeaders = this.#headers ?? spareHeaders;
    this.#headers = undefined;
    return undefined;
  }

  /**
   * Nobody looks at the frames that were read any more, so that buffers for
   * them can be used again. It need not be called: `feed` does the same.
   */
  release(): void {
    this.#held?.reuse();
  }

  #fail(error: ConnectionError): void {
    this.#failure = error;
    this.#held?.clear();
    this.#release();
  }

  /** Points `#raw` to a whole frame, or holds what there is of one. */
  #locate(): boolean {
    const held = this.#held;
    if (held !== undefined && held.length > 0) return this.#complete(held);
    const available = this.#input.length - this.#at;
    if (available === 0) return false;
    if (available < FRAME_HEADER_LENGTH) {
      this.#hold(available);
      return false;
    }
    this.#readHeader(this.#input, this.#at);
    const length = FRAME_HEADER_LENGTH + this.#raw.length;
    if (available < length) {
      this.#hold(available);
      return false;
    }
    this.#at += length;
    if (this.#at === this.#input.length) this.#release();
    return true;
  }

  /** Adds octets to the held frame until it is whole. */
  #complete(held: HeldFrame): boolean {
    if (held.length < FRAME_HEADER_LENGTH) {
      this.#hold(FRAME_HEADER_LENGTH - held.length);
      if (held.length < FRAME_HEADER_LENGTH) return false;
    }
    this.#readHeader(held.octets, 0);
    const length = FRAME_HEADER_LENGTH + this.#raw.length;
    this.#hold(length - held.length);
    if (held.length < length) return false;
    assert(
      held.length === length,
      "of a frame that came in pieces its octets are held, and no more",
      held.length,
    );
    this.#raw.bytes = held.take();
    return true;
  }

  /** Moves up to `count` octets of the input to the held frame. */
  #hold(count: number): void {
    const end = Math.min(this.#at + count, this.#input.length);
    this.#held ??= new HeldFrame();
    this.#held.push(this.#input.subarray(this.#at, end));
    this.#at = end;
    if (end === this.#input.length) this.#release();
  }

  /** The slice is used up: forget it, its owner may fill it anew. */
  #release(): void {
    this.#input = NO_OCTETS;
    this.#at = 0;
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    const raw = this.#raw;
    raw.length = readUint24(bytes, at);
    raw.type = bytes[at + 3];
    raw.flags = bytes[at + 4];
    raw.streamId = readUint31(bytes, at + 5);
    raw.bytes = bytes;
    raw.start = at + FRAME_HEADER_LENGTH;
    if (raw.length > this.#maxFrameSize) {
      throw new ConnectionError(
        ErrorCode.FRAME_SIZE_ERROR,
        `Received a ${
          frameTypeName(raw.type)
        } frame of ${raw.length} octets, expected at most ${this.#maxFrameSize}`,
      );
    }
  }

  #decodePing(): PingFrame {
    const spare = this.#ping ?? sparePing;
    sparePing = undefined;
    return this.#ping = decodePing(this.#raw, spare);
  }

  #decodeHeaders(): HeadersFrame {
    if (!isShortHeaders(this.#raw)) return decodeHeaders(this.#raw);
    if (this.#headers === undefined) {
      this.#headers = spareHeaders ?? new ShortHeaders();
      spareHeaders = undefined;
    }
    return this.#headers.decode(this.#raw);
  }

  #decode(): Frame {
    const raw = this.#raw;
    switch (raw.type) {
      case FrameType.DATA:
        return this.#data = decodeData(raw, this.#data);
      case FrameType.HEADERS:
        return this.#decodeHeaders();
      case FrameType.PRIORITY:
        return decodePriority(raw);
      case FrameType.RST_STREAM:
        return decodeRstStream(raw);
      case FrameType.SETTINGS:
        return decodeSettings(raw);
      case FrameType.PUSH_PROMISE:
        return decodePushPromise(raw);
      case FrameType.PING:
        return this.#decodePing();
      case FrameType.GOAWAY:
        return decodeGoaway(raw);
      case FrameType.WINDOW_UPDATE:
        return this.#windowUpdate = decodeWindowUpdate(raw, this.#windowUpdate);
      case FrameType.CONTINUATION:
        return decodeContinuation(raw);
      default:
        return decodeExtension(raw);
    }
  }
}
