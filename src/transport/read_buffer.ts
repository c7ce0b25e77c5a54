import { NO_OCTETS } from "../collections/mod.ts";

/** Octets read at once while little arrives; a pending read holds them. */
const SMALL = 256;

/** Octets read at once while calls with small messages come and go. */
const MEDIUM = 2_048;

/**
 * Octets read at once while much arrives: a write of 64 KiB of DATA with its
 * frame headers, so that no frame of it is cut.
 */
const LARGE = 73_728;

/**
 * Octets read at once while more lies there than a large buffer takes: with
 * each read the kernel tells the peer that it may go on, wakes it, and sends
 * what it has left, all in the time of who reads.
 */
const HUGE = 4 * LARGE;

/**
 * Connections that read so much at once, at a time: others wait for what one
 * read has brought, the longer the more of them there are.
 */
const MOST_HUGE = 4;

/** Reads in a row that fill a large buffer before a huge one is worth it. */
const STEADY = 4;

/** Small reads in a row after which a medium buffer is not needed any more. */
const CALM = 16;

/** Small buffers that are made at once, as views of one array. */
const SLAB = 64;

/** Small buffers that are kept for who needs one next. */
const MOST_SPARE = 1_024;

/** Small buffers that nobody reads into. */
const spares: Uint8Array<ArrayBuffer>[] = [];

/** Huge ones, each made when there was none; how many more may be. */
const hugeSpares: Uint8Array<ArrayBuffer>[] = [];
let hugeLeft = MOST_HUGE;

/**
 * The buffer of the next read. A connection that is idle has a read pending
 * all the time, and that read holds its buffer: it is to be small. A
 * connection that is busy is to read much at once, and not to change its
 * buffer with each read.
 */
export class ReadBuffer {
  #buffer: Uint8Array<ArrayBuffer> = smallBuffer();
  /** Reads in a row that say that another size is better. */
  #streak = 0;

  /** The buffer to read into. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /** Adapts to what the last read brought; its octets have been handled. */
  adapt(count: number): void {
    const { length } = this.#buffer;
    if (count === length) {
      this.#grow(length);
    } else if (count <= SMALL) {
      this.#shrink(length);
    } else {
      this.#streak = 0;
      if (length === HUGE && count <= LARGE) this.#resize(LARGE);
    }
  }

  #grow(length: number): void {
    if (length === SMALL) this.#resize(MEDIUM);
    else if (length === MEDIUM) this.#resize(LARGE);
    else if (length === LARGE && ++this.#streak >= STEADY) this.#resize(HUGE);
  }

  #shrink(length: number): void {
    if (length >= LARGE) this.#resize(MEDIUM);
    else if (length === MEDIUM && ++this.#streak === CALM) this.#resize(SMALL);
  }

  /** No read is pending, and none will follow. */
  release(): void {
    const { length } = this.#buffer;
    if (length === HUGE) hugeSpares.push(this.#buffer);
    if (length === SMALL && spares.length < MOST_SPARE) {
      spares.push(this.#buffer);
    }
    this.#buffer = NO_OCTETS;
  }

  /** A read has failed: nobody knows whether something still writes to it. */
  abandon(): void {
    if (this.#buffer.length === HUGE) hugeLeft++;
    this.#buffer = NO_OCTETS;
  }

  #resize(length: number): void {
    const next = bufferOf(length);
    if (next === undefined) return;
    this.#streak = 0;
    this.release();
    this.#buffer = next;
  }
}

/** A buffer of a size; none if there are as many huge ones as there may be. */
function bufferOf(length: number): Uint8Array<ArrayBuffer> | undefined {
  if (length === SMALL) return smallBuffer();
  if (length !== HUGE) return new Uint8Array(length);
  if (hugeSpares.length === 0 && hugeLeft > 0) {
    hugeLeft--;
    return new Uint8Array(HUGE);
  }
  return hugeSpares.pop();
}

/**
 * An array of its own takes as much memory beside its octets as these are, and
 * the time of who collects garbage: a view of a slab takes a fourth of it.
 */
function smallBuffer(): Uint8Array<ArrayBuffer> {
  if (spares.length === 0) {
    const slab = new Uint8Array(SLAB * SMALL);
    for (let at = 0; at < slab.length; at += SMALL) {
      spares.push(slab.subarray(at, at + SMALL));
    }
  }
  return spares.pop()!;
}
