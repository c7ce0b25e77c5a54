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

/** What a reader needs while there are octets to be read. */
class Reading {
  input: Uint8Array = NO_OCTETS;
  at = 0;
  data: DataFrame | undefined;
  ping: PingFrame | undefined;
  headers: ShortHeaders | undefined;
  windowUpdate: WindowUpdateFrame | undefined;

  /** The slice is used up: forget it, its owner may fill it anew. */
  release(): void {
    this.input = NO_OCTETS;
    this.at = 0;
  }
}

/**
 * That which the last reader to be done has left: of thousands of connections few
 * read at a time.
 */
let spare: Reading | undefined;

function takeReading(): Reading {
  const reading = spare ?? new Reading();
  spare = undefined;
  return reading;
}

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
  readonly #maxFrameSize: number;
  /** There until all octets have been read. */
  #reading: Reading | undefined;
  /** Made with the first frame that comes in pieces. */
  #held: HeldFrame | undefined;
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
    const reading = this.#reading ??= takeReading();
    if (reading.at < reading.input.length) {
      throw new TypeError(
        "Cannot feed octets: frames of the slice before are unread, call next() until it returns undefined",
      );
    }
    this.release();
    reading.input = slice;
    reading.at = 0;
  }

  /**
   * The next frame, or `undefined` if more octets are needed.
   *
   * A frame, and each view in it, is valid until `next` or `feed` is called.
   *
   * @param copiesShort Whether data of up to 64 octets is a copy instead of a
   * view, which then stays as it is.
   * @throws {ConnectionError} If the connection cannot go on. It is thrown
   * again by every later call, and nothing more is read.
   * @throws {StreamError} If one stream must be reset; reading can go on.
   */
  next(copiesShort: boolean = false): Frame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const reading = this.#reading;
    if (reading === undefined) return undefined;
    try {
      if (this.#locate(reading)) return decode(reading, copiesShort);
    } catch (error) {
      if (error instanceof ConnectionError) this.#fail(error);
      throw error;
    }
    RAW.bytes = NO_OCTETS;
    reading.data = undefined;
    this.#reading = undefined;
    spare = reading;
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
    this.#reading = undefined;
  }

  /** Points `RAW` to a whole frame, or holds what there is of one. */
  #locate(reading: Reading): boolean {
    const held = this.#held;
    if (held !== undefined && held.length > 0) {
      return this.#complete(reading, held);
    }
    const available = reading.input.length - reading.at;
    if (available === 0) return false;
    if (available < FRAME_HEADER_LENGTH) {
      this.#hold(reading, available);
      return false;
    }
    this.#readHeader(reading.input, reading.at);
    const length = FRAME_HEADER_LENGTH + RAW.length;
    if (available < length) {
      this.#hold(reading, available);
      return false;
    }
    reading.at += length;
    if (reading.at === reading.input.length) reading.release();
    return true;
  }

  /** Adds octets to the held frame until it is whole. */
  #complete(reading: Reading, held: HeldFrame): boolean {
    if (held.length < FRAME_HEADER_LENGTH) {
      this.#hold(reading, FRAME_HEADER_LENGTH - held.length);
      if (held.length < FRAME_HEADER_LENGTH) return false;
    }
    this.#readHeader(held.octets, 0);
    const length = FRAME_HEADER_LENGTH + RAW.length;
    this.#hold(reading, length - held.length);
    if (held.length < length) return false;
    assert(
      held.length === length,
      "of a frame that came in pieces its octets are held, and no more",
      held.length,
    );
    RAW.bytes = held.take();
    return true;
  }

  /** Moves up to `count` octets of the input to the held frame. */
  #hold(reading: Reading, count: number): void {
    const { input, at } = reading;
    const end = Math.min(at + count, input.length);
    this.#held ??= new HeldFrame();
    this.#held.push(input.subarray(at, end));
    reading.at = end;
    if (end === input.length) reading.release();
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    RAW.length = readUint24(bytes, at);
    RAW.type = bytes[at + 3];
    RAW.flags = bytes[at + 4];
    RAW.streamId = readUint31(bytes, at + 5);
    RAW.bytes = bytes;
    RAW.start = at + FRAME_HEADER_LENGTH;
    if (RAW.length > this.#maxFrameSize) {
      throw new ConnectionError(
        ErrorCode.FRAME_SIZE_ERROR,
        `Received a ${
          frameTypeName(RAW.type)
        } frame of ${RAW.length} octets, expected at most ${this.#maxFrameSize}`,
      );
    }
  }
}

/** The frame that `RAW` points to. */
function decode(reading: Reading, copiesShort: boolean): Frame {
  switch (RAW.type) {
    case FrameType.DATA:
      return reading.data = decodeData(RAW, reading.data, copiesShort);
    case FrameType.HEADERS:
      return decodeAnyHeaders(reading);
    case FrameType.PRIORITY:
      return decodePriority(RAW);
    case FrameType.RST_STREAM:
      return decodeRstStream(RAW);
    case FrameType.SETTINGS:
      return decodeSettings(RAW);
    case FrameType.PUSH_PROMISE:
      return decodePushPromise(RAW);
    case FrameType.PING:
      return reading.ping = decodePing(RAW, reading.ping);
    case FrameType.GOAWAY:
      return decodeGoaway(RAW);
    case FrameType.WINDOW_UPDATE:
      return reading.windowUpdate = decodeWindowUpdate(
        RAW,
        reading.windowUpdate,
      );
    case FrameType.CONTINUATION:
      return decodeContinuation(RAW);
    default:
      return decodeExtension(RAW);
  }
}

function decodeAnyHeaders(reading: Reading): HeadersFrame {
  if (!isShortHeaders(RAW)) return decodeHeaders(RAW);
  reading.headers ??= new ShortHeaders();
  return reading.headers.decode(RAW);
}
