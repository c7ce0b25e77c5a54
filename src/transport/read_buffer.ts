/** Octets read at once while little arrives; a pending read holds them. */
const SMALL = 256;

/** Octets read at once while calls with small messages come and go. */
const MEDIUM = 2_048;

/** Octets read at once while much arrives. */
const LARGE = 65_536;

/** Small reads in a row after which a medium buffer is not needed any more. */
const CALM = 16;

/**
 * The buffer of the next read. A connection that is idle has a read pending
 * all the time, and that read holds its buffer: it is to be small. A
 * connection that is busy is to read much at once, and not to change its
 * buffer with each read.
 */
export class ReadBuffer {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(SMALL);
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

  #resize(length: number): void {
    this.#smallReads = 0;
    this.#buffer = new Uint8Array(length);
  }
}
