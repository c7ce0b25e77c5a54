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

/** Small reads in a row after which a medium buffer is not needed any more. */
const CALM = 16;

/** Small buffers that are made at once, as views of one array. */
const SLAB = 64;

/** Small buffers that are kept for who needs one next. */
const MOST_SPARE = 1_024;

/** Small buffers that nobody reads into. */
const spares: Uint8Array<ArrayBuffer>[] = [];

/**
 * The buffer of the next read. A connection that is idle has a read pending
 * all the time, and that read holds its buffer: it is to be small. A
 * connection that is busy is to read much at once, and not to change its
 * buffer with each read.
 */
export class ReadBuffer {
  #buffer: Uint8Array<ArrayBuffer> = smallBuffer();
  #smallReads = 0;

  /** The buffer to read into. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /** Adapts to what the last read brought; its octets have been handled. */
  adapt(count: number): void {
    const { length } = this.#buffer;
    if (count === length) {
      if (length !== LARGE) this.#resize(length === SMALL ? MEDIUM : LARGE);
    } else if (count > SMALL) {
      this.#smallReads = 0;
    } else if (length === LARGE) {
      this.#resize(MEDIUM);
    } else if (length === MEDIUM && ++this.#smallReads === CALM) {
      this.#resize(SMALL);
    }
  }

  /** No read is pending, and none will follow. */
  release(): void {
    const { length } = this.#buffer;
    if (length === SMALL && spares.length < MOST_SPARE) {
      spares.push(this.#buffer);
    }
    this.#buffer = NO_OCTETS;
  }

  #resize(length: number): void {
    this.release();
    this.#smallReads = 0;
    this.#buffer = length === SMALL ? smallBuffer() : new Uint8Array(length);
  }
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
