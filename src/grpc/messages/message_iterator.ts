import type { MessageStream } from "../message_stream.ts";
import { batched } from "./batched_source.ts";
import type { MessageSource } from "./message_source.ts";

const DONE: IteratorResult<never, void> = { done: true, value: undefined };

/**
 * Messages one after the other. One that is at hand takes a promise that is
 * resolved already, and nothing else: with an async generator it would take
 * several, each with a round through the microtasks.
 *
 * Otherwise it does what an async generator does: what is asked for meanwhile
 * waits in line, and an error is the end. But `return` has effect at once.
 */
export class MessageIterator<Message> implements MessageStream<Message> {
  readonly #source: MessageSource<Message>;
  /** What was asked for last, while something is pending. */
  #last: Promise<unknown> | undefined;
  #steps = 0;
  #isOver = false;
  #batches: MessageIterator<Message[]> | undefined;

  /** Reads nothing yet. */
  constructor(source: MessageSource<Message>) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<Message, void>> {
    if (this.#last !== undefined || this.#isOver) return this.#nextInLine();
    const payload = this.#source.take();
    if (payload === undefined) return this.#nextInLine();
    let value: Message;
    try {
      value = this.#source.read(payload);
    } catch (error) {
      return this.#inLine(() => this.#fail(error));
    }
    return Promise.resolve({ done: false, value });
  }

  batches(): AsyncGenerator<Message[]> {
    if (this.#batches !== undefined) return this.#batches;
    if (this.#last !== undefined) {
      throw new TypeError(
        "Cannot read batches: a message of the stream is being waited for",
      );
    }
    const isOver = this.#isOver;
    // Messages have one reader: what is asked for here gets in line, and fails.
    this.#isOver = true;
    this.#batches = new MessageIterator(batched(this.#source));
    this.#batches.#isOver = isOver;
    return this.#batches;
  }

  return(value?: unknown): Promise<IteratorResult<Message, void>> {
    if (this.#batches !== undefined) void this.#batches.return();
    else this.#source.interrupt?.();
    return this.#inLine(() => this.#return(value));
  }

  throw(error: unknown): Promise<IteratorResult<Message, void>> {
    if (this.#batches !== undefined) void this.#batches.return();
    return this.#inLine(() => this.#throw(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #nextInLine(): Promise<IteratorResult<Message, void>> {
    return this.#inLine(() => this.#next());
  }

  /**
   * Takes a step, after those that were asked for before. Nothing but whoever
   * reads waits for it then, as the stack of an error tells of no one else.
   */
  #inLine<T>(step: () => Promise<T>): Promise<T> {
    this.#steps++;
    const before = this.#last;
    const running = before === undefined ? step() : before.then(step, step);
    if (this.#steps > 0) this.#last = running;
    return running;
  }

  #leave(): void {
    if (--this.#steps === 0) this.#last = undefined;
  }

  async #next(): Promise<IteratorResult<Message, void>> {
    try {
      if (this.#batches !== undefined) throw readByTheBatch();
      if (this.#isOver) return DONE;
      const payload = await this.#source.next();
      if (payload !== undefined) {
        return { done: false, value: this.#source.read(payload) };
      }
      this.#stop();
      return DONE;
    } catch (error) {
      if (this.#batches !== undefined) throw error;
      return this.#failed(error, this.#next);
    } finally {
      this.#leave();
    }
  }

  async #fail(error: unknown): Promise<IteratorResult<Message, void>> {
    this.#leave();
    return await this.#failed(error, this.#fail);
  }

  async #return(value: unknown): Promise<IteratorResult<Message, void>> {
    this.#leave();
    this.#stop();
    return { done: true, value: await value as void };
  }

  #throw(error: unknown): Promise<IteratorResult<Message, void>> {
    this.#leave();
    this.#stop();
    return Promise.reject(error);
  }

  #failed(
    error: unknown,
    beneath: (...args: never[]) => unknown,
  ): IteratorResult<Message, void> {
    const isNews = this.#source.failed?.(error, beneath) ?? true;
    this.#stop();
    if (isNews) throw error;
    return DONE;
  }

  #stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#source.stopped?.();
  }
}

function readByTheBatch(): TypeError {
  return new TypeError(
    "Cannot read messages one by one: they are read by the batch",
  );
}
