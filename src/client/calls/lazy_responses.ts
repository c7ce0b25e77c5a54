import { MessageIterator, type MessageStream } from "../../grpc/mod.ts";

/**
 * The responses of a call that begins when the first one is asked for.
 *
 * In contrast to an async generator, whose end waits for the read that is
 * pending, `return` ends the call at once.
 */
export class LazyResponses<Response> implements MessageStream<Response> {
  readonly #begin: () => Promise<AsyncIterator<unknown>>;
  #responses: AsyncIterator<unknown> | undefined;
  #beginning: Promise<AsyncIterator<unknown>> | undefined;
  #isOver = false;
  #batches: LazyResponses<Response[]> | undefined;

  /**
   * Begins nothing yet.
   *
   * @param begin Begins the call; resolves to its responses.
   */
  constructor(begin: () => Promise<AsyncIterator<unknown>>) {
    this.#begin = begin;
  }

  next(): Promise<IteratorResult<Response>> {
    const result = this.#responses === undefined
      ? this.#nextOfNew()
      : this.#responses.next();
    return result as Promise<IteratorResult<Response>>;
  }

  async return(value?: unknown): Promise<IteratorResult<Response>> {
    await this.#end();
    return { done: true, value: await value };
  }

  async throw(error: unknown): Promise<IteratorResult<Response>> {
    await this.#end();
    throw error;
  }

  batches(): AsyncGenerator<Response[]> {
    return this.#batches ??= new LazyResponses(async () => {
      if (this.#isOver) return NOTHING;
      const responses = await (this.#beginning ??= this.#begin());
      return responses instanceof MessageIterator
        ? responses.batches()
        : oneByOne(responses);
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #nextOfNew(): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#beginning ??= this.#begin();
    const responses = await this.#beginning;
    this.#responses = responses;
    return await responses.next();
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    if (this.#beginning === undefined) return;
    try {
      await (await this.#beginning).return?.();
    } catch {
      // The call could not begin, which the reader has been told.
    }
  }
}

const NOTHING: AsyncIterator<never> = {
  next: () => Promise.resolve({ done: true, value: undefined }),
};

/** Batches of one: nobody knows what is at hand behind an iterator. */
function oneByOne(responses: AsyncIterator<unknown>): AsyncIterator<unknown[]> {
  return {
    async next() {
      const { done, value } = await responses.next();
      return done
        ? { done, value: undefined }
        : { done: false, value: [value] };
    },
    async return() {
      await responses.return?.();
      return { done: true, value: undefined };
    },
  };
}
