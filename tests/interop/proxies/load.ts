import { assertEquals } from "@std/assert";
import type { Client } from "../../../mod.ts";
import type { OutputRequest, TestService } from "../cases/test_service.ts";

/** What calls there are. */
type Kind = "unary" | "server stream" | "ping-pong";

const KINDS: readonly Kind[] = ["unary", "server stream", "ping-pong"];

/** Callers at a time. */
const CALLERS = 8;

/** Milliseconds for a call. A lost one must not hold its caller for ever. */
const DEADLINE = 20_000;

/** Milliseconds for calls to be made. */
const PATIENCE = 30_000;

/**
 * Constant calls of all kinds, until one fails. None of them is made again by
 * configuration.
 */
export class Load implements AsyncDisposable {
  readonly #test: Client<TestService>;
  readonly #callers: Promise<void>[];
  readonly #failures: string[] = [];
  #count = 0;
  #stopped = false;
  #news = Promise.withResolvers<void>();

  /** Starts to call. */
  constructor(test: Client<TestService>) {
    this.#test = test;
    this.#callers = Array.from({ length: CALLERS }, (_, n) => this.#call(n));
  }

  /** How many calls have ended well. */
  get count(): number {
    return this.#count;
  }

  /** Waits until so many more calls have ended well, or one has failed. */
  async more(count: number): Promise<void> {
    const wanted = this.#count + count;
    let isLate = false;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      isLate = true;
      late.resolve();
    }, PATIENCE);
    while (
      this.#count < wanted && this.#failures.length === 0 && !isLate
    ) await Promise.race([this.#news.promise, late.promise]);
    clearTimeout(timer);
    if (isLate) this.#fail(`no ${count} calls in ${PATIENCE} ms`);
  }

  /** Stops to call, and checks that no call has failed. */
  async finish(): Promise<string> {
    this.#stopped = true;
    await Promise.all(this.#callers);
    assertEquals(this.#failures, [], "failed calls");
    return `${this.#count} calls`;
  }

  /** Stops to call. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#callers);
  }

  async #call(caller: number): Promise<void> {
    for (let turn = caller; !this.#stopped; turn++) {
      const kind = KINDS[turn % KINDS.length];
      try {
        await this.#perform(kind);
        this.#count++;
      } catch (error) {
        this.#fail(`${kind}: ${error}`);
      }
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  #fail(what: string): void {
    this.#stopped = true;
    this.#failures.push(what);
  }

  async #perform(kind: Kind): Promise<void> {
    if (kind === "unary") await this.#unary();
    else if (kind === "server stream") await this.#serverStream();
    else await this.#pingPong();
  }

  async #unary(): Promise<void> {
    const request = { responseSize: 100, payload: octets(100) };
    const reply = await this.#test.UnaryCall(request, { deadline: DEADLINE });
    assertEquals(reply.payload?.body.length, 100);
  }

  async #serverStream(): Promise<void> {
    const responseParameters = [10, 2_000, 30].map((size) => ({
      size,
      intervalUs: 5_000,
    }));
    const replies = this.#test.StreamingOutputCall({ responseParameters }, {
      deadline: DEADLINE,
    });
    const sizes = await Array.fromAsync(
      replies,
      ({ payload }) => payload?.body.length,
    );
    assertEquals(sizes, [10, 2_000, 30]);
  }

  async #pingPong(): Promise<void> {
    const { readable, writable } = new TransformStream<OutputRequest>(
      {},
      undefined,
      { highWaterMark: 1 },
    );
    const writer = writable.getWriter();
    const replies = this.#test.FullDuplexCall(readable, { deadline: DEADLINE });
    for (const size of [50, 5_000]) {
      await writer.write({
        responseParameters: [{ size }],
        payload: octets(size),
      });
      const { value } = await replies.next();
      assertEquals(value?.payload?.body.length, size);
    }
    await writer.close();
    assertEquals((await replies.next()).done, true);
  }
}

function octets(count: number): { body: Uint8Array } {
  return { body: new Uint8Array(count) };
}
