import { growOctets, NO_OCTETS } from "../../collections/mod.ts";
import {
  ConnectionError,
  type ContinuationFrame,
  ErrorCode,
  type Frame,
  FrameType,
  frameTypeName,
  type HeadersFrame,
  type StreamError,
} from "../../frames/mod.ts";

/** Octets in the first buffer for a block that comes in pieces. */
const INITIAL_CAPACITY = 64;

/**
 * Joins HEADERS and the CONTINUATION frames that follow it to the one HEADERS
 * frame that would have brought the whole block: valid until the next frame.
 *
 * "Any number of CONTINUATION frames can be sent, as long as the preceding
 * frame is on the same stream" (RFC 9113 section 6.10): here, as long as the
 * block stays within its bound and no piece is empty (CVE-2024-27316).
 */
export class HeaderBlockAssembly {
  readonly #limit: number;
  #streamId = 0;
  #endStream = false;
  #priority: HeadersFrame["priority"];
  #collected: Uint8Array<ArrayBuffer> = NO_OCTETS;
  #length = 0;

  /** Collects blocks of so many octets, compressed, at the most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Refuses a frame that interrupts an unfinished block.
   *
   * @throws {ConnectionError} PROTOCOL_ERROR (RFC 9113 section 4.3).
   */
  check(frame: Frame): void {
    const continues = frame.type === FrameType.CONTINUATION;
    if (this.#streamId === 0 ? !continues : this.#continues(frame)) return;
    const expected = this.#streamId === 0
      ? "HEADERS before it"
      : `CONTINUATION on stream ${this.#streamId}`;
    const name = frame.type === "extension"
      ? "extension"
      : frameTypeName(frame.type);
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${name} frame on stream ${frame.streamId}, expected ${expected}`,
    );
  }

  /** Whether a block has begun, so that only its CONTINUATION may follow. */
  get unfinished(): boolean {
    return this.#streamId !== 0;
  }

  /**
   * Refuses a frame that interrupts an unfinished block, where the frame
   * itself is an error on its stream.
   *
   * @throws {ConnectionError} PROTOCOL_ERROR (RFC 9113 section 4.3).
   */
  checkMalformed(error: StreamError): void {
    if (!this.unfinished) return;
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `${error.message}, expected CONTINUATION on stream ${this.#streamId}`,
    );
  }

  /** Begins a block; answers with the frame if the block is whole. */
  begin(frame: HeadersFrame): HeadersFrame | undefined {
    if (frame.endHeaders) return frame;
    this.#streamId = frame.streamId;
    this.#endStream = frame.endStream;
    this.#priority = frame.priority;
    this.#add(frame.fragment);
  }

  /** Continues the block; answers with one frame for it if it is whole. */
  continue(frame: ContinuationFrame): HeadersFrame | undefined {
    this.check(frame);
    if (frame.fragment.length === 0 && !frame.endHeaders) {
      throw new ConnectionError(
        ErrorCode.ENHANCE_YOUR_CALM,
        `Received an empty CONTINUATION frame on stream ${frame.streamId}, expected a piece of the field block`,
      );
    }
    this.#add(frame.fragment);
    return frame.endHeaders ? this.#join() : undefined;
  }

  #continues(frame: Frame): boolean {
    return frame.type === FrameType.CONTINUATION &&
      frame.streamId === this.#streamId;
  }

  #add(fragment: Uint8Array): void {
    const length = this.#length + fragment.length;
    if (length > this.#limit) {
      throw new ConnectionError(
        ErrorCode.ENHANCE_YOUR_CALM,
        `Received a field block of more than ${this.#limit} octets on stream ${this.#streamId}`,
      );
    }
    if (length > this.#collected.length) {
      // One buffer for all pieces: an octet a frame costs no object a frame.
      this.#collected = growOctets(
        this.#collected,
        this.#length,
        length,
        INITIAL_CAPACITY,
        this.#limit,
      );
    }
    this.#collected.set(fragment, this.#length);
    this.#length = length;
  }

  #join(): HeadersFrame {
    const whole: HeadersFrame = {
      type: FrameType.HEADERS,
      streamId: this.#streamId,
      endStream: this.#endStream,
      endHeaders: true,
      fragment: this.#collected.subarray(0, this.#length),
      ...(this.#priority && { priority: this.#priority }),
    };
    this.#streamId = 0;
    this.#priority = undefined;
    this.#collected = NO_OCTETS;
    this.#length = 0;
    return whole;
  }
}
