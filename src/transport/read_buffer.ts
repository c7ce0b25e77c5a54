/** Octets read at once while little arrives; a pending read holds them. */
const SMALL = 256;

/** Octets read at once while much arrives. */
const LARGE = 65_536;

/**
 * The buffer of the next read. A connection that is idle has a read pending
 * all the time, and that read holds its buffer: it is to be small. A
 * connection that is busy is to read much at once.
 */
export class ReadBuffer {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(SMALL);

  /** The buffer to read into. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /** Adapts to what the last read brought; its octets have been handled. */
  adapt(count: number): void {
    if (count === this.#buffer.length && count === SMALL) {
      this.#buffer = new Uint8Array(LARGE);
    } else if (count <= SMALL && this.#buffer.length === LARGE) {
      this.#buffer = new Uint8Array(SMALL);
    }
  }
}
