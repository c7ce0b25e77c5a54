/**
 * The responses of a call that begins when the first one is asked for.
 *
 * In contrast to an async generator, whose end waits for the read that is
 * pending, `return` ends the call at once.
 */
export class LazyResponses<Response> implements AsyncGenerator<Response> {
  readonly #begin: () => Promise<AsyncIterator<unknown>>;
  #responses: AsyncIterator<unknown> | undefined;
  #beginning: Promise<AsyncIterator<unknown>> | undefined;
  #isOver = false;

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
