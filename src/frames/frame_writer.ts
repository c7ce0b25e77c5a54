import { growOctets, NO_OCTETS } from "../collections/mod.ts";
import { assert } from "../invariants/mod.ts";
import { FRAME_HEADER_LENGTH, MAX_MAX_FRAME_SIZE } from "./frame_header.ts";
import { writeUint32 } from "./octets.ts";

/** Octets in a fresh buffer: three PINGs. Idle connections need no more. */
const INITIAL_CAPACITY = 64;

/** The largest buffer that is not worth keeping. */
const SMALL_CAPACITY = 256;

/** Fresh buffers that are kept for whoever writes next. */
const MOST_SPARE = 64;

/**
 * Fresh buffers that nobody has: who has nothing to send needs none, and of
 * thousands of connections few have something at a time.
 */
const spares: Uint8Array<ArrayBuffer>[] = [];

/**
 * A buffer that grew past this is given back when it has been written: it is
 * what a write of a message of 64 KiB takes.
 */
const LARGEST_KEPT_CAPACITY = 131_072;

/** Buffers of that length that are kept for whoever writes much next. */
const MOST_LARGE_SPARE = 8;

/**
 * Nobody has these either: to grow one anew for each burst costs more than to
 * write it.
 */
const largeSpares: Uint8Array<ArrayBuffer>[] = [];

/** A buffer above this is given back when it is calm. */
const LARGEST_CALM_CAPACITY = 4_096;

/** Octets that a connection takes now and then without being busy. */
const FEW = 1_024;

/** So many times few octets in a row, and it is calm. */
const CALM = 16;

/**
 * Collects encoded frames in one growing buffer until they are taken.
 *
 * Two buffers alternate: while the octets from {@linkcode FrameWriter.take}
 * are being written to a socket, further frames go to the other one. In steady
 * state nothing is allocated; a connection that has become calm has small ones.
 *
 * @example Two frames, one write
 * ```ts
 * import { encodePing, encodeWindowUpdate, FrameWriter } from "@keepalive/grpc/frames";
 *
 * const writer = new FrameWriter();
 * encodePing(writer, false, new Uint8Array(8));
 * encodeWindowUpdate(writer, 0, 65_535);
 * const octets = writer.take(); // 17 + 13 octets
 * ```
 */
export class FrameWriter {
  #buffer: Uint8Array<ArrayBuffer> = NO_OCTETS;
  #spare: Uint8Array<ArrayBuffer> = NO_OCTETS;
  #length = 0;
  #timesFew = 0;

  /** Octets that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /**
   * Takes all octets collected so far.
   *
   * The view is valid until the next call of `take`.
   */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#length === 0) return NO_OCTETS;
    const taken = this.#buffer.subarray(0, this.#length);
    this.#timesFew = this.#length > FEW ? 0 : this.#timesFew + 1;
    const next = this.#spare;
    this.#spare = this.#buffer.length > this.#largestKept
      ? NO_OCTETS
      : this.#buffer;
    this.#buffer = next;
    this.#length = 0;
    return taken;
  }

  get #largestKept(): number {
    return this.#timesFew < CALM
      ? LARGEST_KEPT_CAPACITY
      : LARGEST_CALM_CAPACITY;
  }

  /**
   * What was taken is not looked at any more. Small buffers are for others then:
   * who has nothing to send needs none, and of large ones one.
   */
  release(): void {
    this.#spare = released(this.#spare);
    if (this.#length > 0) return;
    this.#buffer = released(this.#buffer);
    if (this.#spare.length <= LARGEST_CALM_CAPACITY) return;
    if (this.#spare.length > this.#buffer.length) this.#buffer = this.#spare;
    this.#spare = NO_OCTETS;
  }

  /**
   * Makes room for octets and returns the offset where they begin in
   * {@linkcode FrameWriter.buffer}. The caller must fill them all.
   */
  reserve(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length > this.#buffer.length) this.#grow(at, length);
    this.#length = length;
    return at;
  }

  #grow(used: number, needed: number): void {
    const before = this.#buffer;
    const spare = used === 0 && needed <= INITIAL_CAPACITY
      ? spares.pop()
      : largeSpare(needed);
    if (spare !== undefined && used > 0) spare.set(before.subarray(0, used));
    this.#buffer = spare ?? growOctets(before, used, needed, INITIAL_CAPACITY);
  }

  /** The buffer that frames are being encoded into; changes as it grows. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /**
   * Makes room for a whole frame, writes its header
   * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-4.1 | RFC 9113 section 4.1})
   * and returns the offset where the payload begins.
   */
  frame(
    length: number,
    type: number,
    flags: number,
    streamId: number,
  ): number {
    const at = this.reserve(FRAME_HEADER_LENGTH + length);
    const buffer = this.#buffer;
    buffer[at] = length >>> 16;
    buffer[at + 1] = length >>> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    writeUint32(buffer, at + 5, streamId);
    return at + FRAME_HEADER_LENGTH;
  }

  /**
   * Ends a frame whose header was written before its length was known, with all
   * octets appended since as its payload.
   *
   * @param start What {@linkcode FrameWriter.frame} answered for a length of 0.
   * @returns The length of the payload.
   */
  endFrame(start: number): number {
    const length = this.#length - start;
    assert(
      length >= 0 && length <= MAX_MAX_FRAME_SIZE,
      "the length of a frame fits in 24 bits",
      length,
    );
    const at = start - FRAME_HEADER_LENGTH;
    this.#buffer[at] = length >>> 16;
    this.#buffer[at + 1] = length >>> 8;
    this.#buffer[at + 2] = length;
    return length;
  }

  /**
   * Takes back the octets from an offset on.
   *
   * @throws {RangeError} If it is not an offset of octets that were written.
   */
  truncate(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#length) {
      throw new RangeError(
        `Cannot truncate the output: expected an integer from 0 to ${this.#length}, received ${length}`,
      );
    }
    this.#length = length;
  }
}

/** A large buffer, if one is there and no small one would do. */
function largeSpare(needed: number): Uint8Array<ArrayBuffer> | undefined {
  const isUsual = needed > LARGEST_CALM_CAPACITY &&
    needed <= LARGEST_KEPT_CAPACITY;
  return isUsual ? largeSpares.pop() : undefined;
}

/**
 * Lets go of a small buffer, and of a large one that others may use; the others
 * stay with who is busy.
 */
function released(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { length } = buffer;
  if (length === LARGEST_KEPT_CAPACITY) {
    if (largeSpares.length === MOST_LARGE_SPARE) return buffer;
    largeSpares.push(buffer);
    return NO_OCTETS;
  }
  if (length > SMALL_CAPACITY) return buffer;
  if (length === INITIAL_CAPACITY && spares.length < MOST_SPARE) {
    spares.push(buffer);
  }
  return NO_OCTETS;
}
