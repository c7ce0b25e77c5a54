import { type Clock, turnForOthers, TurnShare } from "../runtime/mod.ts";
import type { Socket } from "./network/mod.ts";
import { ReadBuffer } from "./read_buffer.ts";

/**
 * Messages that reads leave to microtasks before a turn is due: while who asks
 * for them takes one after the other, no further ones come. Those of many
 * streams would be taken in turns, and each from memory that the processor has
 * not at hand any more, which takes twice the time.
 */
const MOST_MESSAGES = 1_024;

/** Where a {@linkcode SocketReader} brings what it has read. */
export interface ReadTarget {
  /**
   * Handles what was read, for a while; answers whether something is left, with
   * which it is called again after a turn of the event loop.
   */
  received(octets: Uint8Array): boolean;
  /** The socket has ended, with an error or without: nothing is read any more. */
  readEnded(error?: unknown): void;
}

/**
 * Reads from a socket, one read at a time, until it ends.
 *
 * A read is pending as long as a connection waits. So no function is suspended
 * meanwhile: an `await` takes two functions and a context for each read, which
 * outlive collections of young objects, and the suspended function as much again.
 */
export class SocketReader {
  readonly #socket: Socket;
  readonly #target: ReadTarget;
  readonly #share: TurnShare;
  readonly #reads = new ReadBuffer();
  readonly #onRead: (count: number | null) => void;
  readonly #onFailed: (error: unknown) => void;
  #messages = 0;

  /** Reads nothing before `read`. */
  constructor(socket: Socket, clock: Clock, target: ReadTarget) {
    this.#socket = socket;
    this.#target = target;
    this.#share = new TurnShare(clock);
    // As long as one is pending, two functions with a context take 56 octets more.
    this.#onRead = this.#read.bind(this);
    this.#onFailed = this.#failed.bind(this);
  }

  /** Begins to read, and goes on by itself. */
  read(): void {
    try {
      const read = this.#share.next(this.#socket.read(this.#reads.buffer));
      Promise.resolve(read).then(this.#onRead, this.#onFailed);
    } catch (error) {
      // One that throws at once is not to end within the call.
      Promise.reject(error).catch(this.#onFailed);
    }
  }

  /** Of what was read, so many messages are there to be taken. */
  noteMessages(messages: number): void {
    this.#messages += messages;
  }

  #read(count: number | null): void {
    const { buffer } = this.#reads;
    if (count === null) {
      this.#reads.release();
      this.#target.readEnded();
    } else if (count >= 0 && count <= buffer.length) {
      this.#handOver(count);
    } else {
      this.#failed(`the socket has read ${count} octets`);
    }
  }

  #failed(error: unknown): void {
    this.#reads.abandon();
    this.#target.readEnded(error);
  }

  #handOver(count: number): void {
    if (this.#target.received(this.#reads.buffer.subarray(0, count))) {
      return void turnForOthers().then(() => this.#handOver(count));
    }
    this.#reads.adapt(count);
    this.#share.take(count);
    if (this.#messages >= MOST_MESSAGES) {
      this.#messages = 0;
      this.#share.useUp();
    }
    this.read();
  }
}
