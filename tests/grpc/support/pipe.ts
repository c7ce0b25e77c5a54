import type { Socket } from "../../../src/transport/mod.ts";

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One end of a pipe without a network. What is written lies on the wire until
 * the test delivers it.
 */
export class PipeEnd implements Socket {
  /** How often something was written. */
  writes = 0;
  readonly #arrived: Uint8Array[] = [];
  readonly #wire: Uint8Array[] = [];
  #peer: PipeEnd | undefined;
  #read: PendingRead | undefined;
  #closed = false;
  #wireEnds = false;
  #ended = false;
  #failure: Error | undefined;

  /** Joins two ends. */
  static pair(): [PipeEnd, PipeEnd] {
    const ends: [PipeEnd, PipeEnd] = [new PipeEnd(), new PipeEnd()];
    ends[0].#peer = ends[1];
    ends[1].#peer = ends[0];
    return ends;
  }

  /** Whether something lies on the wire from this end. */
  get hasWire(): boolean {
    return this.#wire.length > 0 || (this.#wireEnds && !this.#peer!.#ended);
  }

  /** Delivers up to so many octets of the oldest write, or the end. */
  deliver(count: number): void {
    const octets = this.#wire.shift();
    if (octets === undefined) {
      if (this.#wireEnds) this.#peer!.#ended = true;
    } else {
      if (count < octets.length) this.#wire.unshift(octets.subarray(count));
      this.#peer!.#arrived.push(octets.subarray(0, count));
    }
    this.#peer!.#serve();
  }

  /** The network breaks: what is on the wire is lost, reading fails. */
  fail(error: Error): void {
    for (const end of [this, this.#peer!]) {
      end.#wire.length = 0;
      end.#failure = error;
      end.#serve();
    }
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Deno.errors.BadResource("Bad resource ID");
      this.#read = { buffer, resolve, reject };
      this.#serve();
    });
  }

  write(octets: Uint8Array): Promise<number> {
    if (this.#closed) {
      return Promise.reject(new Deno.errors.BadResource("Bad resource ID"));
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.writes++;
    this.#wire.push(octets.slice());
    return Promise.resolve(octets.length);
  }

  closeWrite(): Promise<void> {
    this.#wireEnds = true;
    return Promise.resolve();
  }

  close(): void {
    if (this.#closed) throw new Deno.errors.BadResource("Bad resource ID");
    this.#closed = true;
    this.#wireEnds = true;
    this.#read?.reject(new Deno.errors.Interrupted("operation canceled"));
    this.#read = undefined;
  }

  #serve(): void {
    if (this.#read === undefined) return;
    const { buffer, resolve, reject } = this.#read;
    const octets = this.#arrived.shift();
    if (octets !== undefined) {
      const count = Math.min(buffer.length, octets.length);
      buffer.set(octets.subarray(0, count));
      if (count < octets.length) this.#arrived.unshift(octets.subarray(count));
      this.#read = undefined;
      resolve(count);
    } else if (this.#failure !== undefined) {
      this.#read = undefined;
      reject(this.#failure);
    } else if (this.#ended) {
      this.#read = undefined;
      resolve(null);
    }
  }
}
