import type { Socket } from "../../../src/transport/mod.ts";

/** One direction of a connection, whose buffers hold so many octets. */
class Direction {
  readonly #buffer: Uint8Array;
  #length = 0;
  #isEnded = false;
  #isBroken = false;
  #change = Promise.withResolvers<void>();

  constructor(capacity: number) {
    this.#buffer = new Uint8Array(capacity);
  }

  async write(octets: Uint8Array): Promise<number> {
    await this.#until(() => this.#length < this.#buffer.length);
    const count = Math.min(octets.length, this.#buffer.length - this.#length);
    this.#buffer.set(octets.subarray(0, count), this.#length);
    this.#length += count;
    this.#announce();
    return count;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    await this.#until(() => this.#length > 0 || this.#isEnded);
    if (this.#length === 0) return null;
    const count = Math.min(buffer.length, this.#length);
    buffer.set(this.#buffer.subarray(0, count));
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#announce();
    return count;
  }

  /** The writer has ended. */
  end(): void {
    this.#isEnded = true;
    this.#announce();
  }

  /** One of the ends was closed. */
  break(): void {
    this.#isBroken = true;
    this.end();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#isBroken) throw new Deno.errors.Interrupted("closed");
      await this.#change.promise;
    }
  }

  #announce(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

/** The two ends of a connection whose buffers hold so many octets each way. */
export function boundedPipe(capacity: number): [Socket, Socket] {
  const there = new Direction(capacity);
  const back = new Direction(capacity);
  return [socket(there, back), socket(back, there)];
}

function socket(out: Direction, incoming: Direction): Socket {
  return {
    read: (buffer) => incoming.read(buffer),
    write: (octets) => out.write(octets),
    closeWrite: () => Promise.resolve(out.end()),
    close: () => {
      out.break();
      incoming.break();
    },
  };
}
