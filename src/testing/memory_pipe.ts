/** Octets that wait to be read; a kernel's buffer has about as many. */
export const PIPE_CAPACITY = 262_144;

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** One direction of a connection in memory: octets come out in order. */
export class MemoryPipe {
  readonly #waiting: Uint8Array[] = [];
  #used = 0;
  #read: PendingRead | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #hasEnded = false;
  #readError: Error | undefined;
  #writeError: Error | undefined;

  /** Takes as much as there is room for, and waits for room. */
  async write(octets: Uint8Array): Promise<number> {
    while (this.#writeError === undefined && this.#used >= PIPE_CAPACITY) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
    if (this.#writeError !== undefined) throw this.#writeError;
    const part = octets.slice(0, PIPE_CAPACITY - this.#used);
    this.#used += part.length;
    this.#waiting.push(part);
    this.#serve();
    return part.length;
  }

  /** Resolves to the octets read, `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#read = { buffer, resolve, reject };
      this.#serve();
    });
  }

  /** The writer is done: the reader sees the end behind what it has sent. */
  end(): void {
    this.#hasEnded = true;
    this.fail(new Error("The sending side of the connection has been closed"));
    this.#serve();
  }

  /** The reader is gone: reads and writes fail. */
  abandon(readError: Error, writeError: Error): void {
    this.#readError ??= readError;
    this.#waiting.length = 0;
    this.fail(writeError);
    this.#serve();
  }

  /** Writes fail from now on. */
  fail(error: Error): void {
    this.#writeError ??= error;
    this.#makeRoom();
  }

  #serve(): void {
    const read = this.#read;
    if (read === undefined) return;
    const [first] = this.#waiting;
    if (first === undefined && this.#readError === undefined) {
      if (!this.#hasEnded) return;
      this.#read = undefined;
      read.resolve(null);
      return;
    }
    this.#read = undefined;
    if (this.#readError !== undefined) read.reject(this.#readError);
    else read.resolve(this.#take(first, read.buffer));
  }

  #take(first: Uint8Array, buffer: Uint8Array): number {
    const part = first.subarray(0, buffer.length);
    buffer.set(part);
    if (part.length === first.length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(part.length);
    this.#used -= part.length;
    this.#makeRoom();
    return part.length;
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
