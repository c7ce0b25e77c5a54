import { assert, isThoroughFor } from "../../invariants/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import { Fifo } from "../../collections/mod.ts";

/** What is asserted of data that waits. */
const LENT = "octets that are lent stay until they are sent";

/** Chunks that wait before it is looked whether they are short. */
const MANY_CHUNKS = 32;

/** Octets of chunks that are short, in the mean. */
const SHORT_CHUNK = 256;

/** Octets that are copied one by one. */
const FEW = 128;

/** What a stream still has to send. */
export class SendQueue {
  /** Those before the last; made with the first of them. */
  #chunks: Fifo<Uint8Array> | undefined;
  /** The last chunk, which grows while what follows lies behind it. */
  #open: Uint8Array | undefined;
  /** The part of that array that it is. */
  #openStart = 0;
  #openLength = 0;
  #offset = 0;
  #octets = 0;
  #end: "open" | "end-stream" | readonly EncodableHeaderField[] = "open";

  /** Begins anew, with nothing. */
  begin(): void {
    this.#chunks = this.#open = undefined;
    this.#openLength = this.#offset = this.#octets = 0;
    this.#end = "open";
  }

  /** Octets of data that wait. */
  get octets(): number {
    return this.#octets;
  }

  /** Whether nothing waits, no data and no end. */
  get isEmpty(): boolean {
    return this.#octets === 0 && this.#end === "open";
  }

  /** Trailers that wait behind the data. */
  get trailers(): readonly EncodableHeaderField[] | undefined {
    return typeof this.#end === "string" ? undefined : this.#end;
  }

  /** Whether END_STREAM waits behind the data. */
  get endsWithData(): boolean {
    return this.#end === "end-stream";
  }

  /** Adds data, or a part of it; it is borrowed until it has been sent. */
  push(data: Uint8Array, start = 0, end: number = data.length): void {
    const length = end - start;
    if (length === 0) return;
    this.#octets += length;
    const open = this.#open;
    const isBehind = open !== undefined && open.buffer === data.buffer &&
      open.byteOffset + this.#openStart + this.#openLength ===
        data.byteOffset + start;
    if (isBehind) {
      this.#openLength += length;
    } else {
      this.#close();
      const chunks = this.#chunks;
      const isMuch = chunks !== undefined && chunks.length >= MANY_CHUNKS;
      if (isMuch) this.#joinShort(chunks, this.#octets - length);
      this.#open = data;
      this.#openStart = start;
      this.#openLength = length;
    }
  }

  /** What was pushed piece by piece and lies in one is one chunk. */
  #close(): void {
    const open = this.#takeOpen();
    if (open === undefined) return;
    const length = this.#openLength;
    const at = open.byteOffset + this.#openStart;
    const isWhole = this.#openStart === 0 && open.length === length;
    this.#chunks ??= new Fifo();
    this.#chunks.push(isWhole ? open : new Uint8Array(open.buffer, at, length));
  }

  #takeOpen(): Uint8Array | undefined {
    const open = this.#open;
    if (open === undefined) return undefined;
    assert(open.length > 0, LENT, this.#openLength);
    this.#open = undefined;
    return open;
  }

  /**
   * Many short chunks become one: each may keep much more than it is, as it was
   * cut from what others share. What is copied for each is bounded, however many
   * there are.
   */
  #joinShort(chunks: Fifo<Uint8Array>, octets: number): void {
    if (octets > chunks.length * SHORT_CHUNK) return;
    const whole = new Uint8Array(octets);
    let at = 0;
    for (let chunk; (chunk = chunks.shift()) !== undefined; this.#offset = 0) {
      assert(chunk.length > this.#offset, LENT, chunk.length);
      const rest = this.#offset === 0 ? chunk : chunk.subarray(this.#offset);
      whole.set(rest, at);
      at += rest.length;
    }
    chunks.push(whole);
  }

  /** Ends with the last data, or with trailers after it. */
  end(trailers?: readonly EncodableHeaderField[]): void {
    assert(this.#end === "open", "a stream is ended once");
    this.#end = trailers ?? "end-stream";
  }

  /** The end has been sent. */
  ended(): void {
    this.#end = "open";
  }

  /** Copies the next octets to a place, and forgets them. */
  take(count: number, target: Uint8Array, at: number): void {
    this.#octets -= count;
    if (this.#octets === 0 && count === this.#openLength) {
      const only = this.#takeOpen();
      if (only !== undefined) {
        return copyTo(target, at, only, this.#openStart, count);
      }
    }
    this.#close();
    while (count > 0) {
      const chunk = this.#chunks?.first;
      assert(chunk !== undefined, "octets that wait are in a chunk", count);
      const part = Math.min(count, chunk.length - this.#offset);
      assert(part > 0, LENT, part);
      const isWhole = part === chunk.length;
      const end = this.#offset + part;
      target.set(isWhole ? chunk : chunk.subarray(this.#offset, end), at);
      at += part;
      count -= part;
      this.#offset += part;
      if (this.#offset === chunk.length) {
        this.#chunks?.shift();
        this.#offset = 0;
      }
    }
    if (isThoroughFor(1)) this.#assertOctets();
  }

  #assertOctets(): void {
    const isEmpty = (this.#chunks?.length ?? 0) === 0;
    assert(
      this.#octets >= 0 && (this.#octets === 0) === isEmpty,
      "the octets of a queue are those of its chunks",
      this.#octets,
    );
  }
}

/**
 * Copies octets that lie in the buffer of an array, and may go beyond its end: of
 * a few, a view to copy them from costs more than they do.
 */
function copyTo(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  count: number,
): void {
  if (count > FEW || start + count > source.length) {
    const { buffer, byteOffset, length } = source;
    const isWhole = count === length && start === 0;
    return target.set(
      isWhole ? source : new Uint8Array(buffer, byteOffset + start, count),
      at,
    );
  }
  for (let i = 0; i < count; i++) target[at + i] = source[start + i];
}
