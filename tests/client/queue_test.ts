import { assert, assertEquals } from "@std/assert";
import { Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Stage, until } from "../grpc/support/words.ts";

Deno.test("10 000 calls at once share one connection of 100 streams, each in its own order", async () => {
  let running = 0;
  let most = 0;
  const order: string[] = [];
  await using stage = new Stage({
    async *both(words, { metadata }) {
      running++;
      most = Math.max(most, running);
      order.push(metadata.get("x-number") as string);
      try {
        for await (const word of words) yield word;
      } finally {
        running--;
      }
    },
  }, { server: { maxConcurrentStreams: 100 } });
  const numbers = Array.from({ length: 10_000 }, (_, number) => `${number}`);
  await Promise.all(numbers.map(async (number) => {
    const words = [1, 2, 3].map((part) => `${number}.${part}`);
    const metadata = { "x-number": number };
    const responses = stage.words.both(words, { metadata });
    assertEquals(await Array.fromAsync(responses), words);
  }));
  assertEquals(stage.clients.length, 1);
  assertEquals(order, numbers);
  assert(most <= 100, `${most} handlers at once`);
  assert(most > 10, `${most} handlers at once`);
  await stage.nothingIsLeft();
  const { streamsStarted, streamsFailed } = stage.clients[0].counters();
  assertEquals([streamsStarted, streamsFailed], [10_000, 0]);
});

/** A stage with room for one stream, which is taken until `free` is called. */
class Full extends Stage {
  readonly free: () => void;
  readonly #taken: Promise<string>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    super({
      one: async (word) => {
        if (word === "first") await promise;
        return word;
      },
    }, { server: { maxConcurrentStreams: 1 } });
    this.free = resolve;
    this.#taken = this.words.one("first");
  }

  /** Resolves when the room is taken. */
  async isFull(): Promise<void> {
    await until(() => this.clients[0]?.streamsLeft === 0);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.free();
    assertEquals(await this.#taken, "first");
    await super[Symbol.asyncDispose]();
  }
}

Deno.test("Row 115: a call waits for room until its deadline, and the next one recovers", async () => {
  await using stage = new Full();
  await stage.isFull();
  const { one } = stage.words;
  await assertStatus(
    () => one("late", { deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
    "Deadline exceeded after 50 ms while waiting for a stream, as many as the server allows are open",
  );
  assertEquals(stage.clients[0].counters().streamsStarted, 1);
  const second = one("second");
  const third = one("third");
  await stage.clients[0].ping();
  stage.free();
  assertEquals(await Promise.all([second, third]), ["second", "third"]);
  assertEquals(stage.clients[0].counters().streamsStarted, 3);
});

Deno.test("A call that is cancelled while it waits is never sent", async () => {
  await using stage = new Full();
  await stage.isFull();
  const abort = new AbortController();
  const { one } = stage.words;
  const waiting = Array.from(
    { length: 100 },
    () =>
      assertStatus(
        () => one("never", { signal: abort.signal }),
        Status.CANCELLED,
      ),
  );
  const patient = one("patient");
  await stage.clients[0].ping();
  abort.abort();
  await Promise.all(waiting);
  stage.free();
  assertEquals(await patient, "patient");
  assertEquals(stage.clients[0].counters().streamsStarted, 2);
});

Deno.test("Room that a cancelled call leaves is taken by the next one", async () => {
  const started: string[] = [];
  await using stage = new Stage({
    async one(word, { signal }) {
      started.push(word);
      if (word === "stuck") {
        await new Promise((resolve) =>
          signal.addEventListener("abort", resolve)
        );
      }
      return word;
    },
  }, { server: { maxConcurrentStreams: 1 } });
  const abort = new AbortController();
  const { one } = stage.words;
  const stuck = assertStatus(
    () => one("stuck", { signal: abort.signal }),
    Status.CANCELLED,
  );
  await until(() => started.length === 1);
  const next = one("next");
  abort.abort();
  await stuck;
  assertEquals(await next, "next");
});

Deno.test("Calls that wait fail as the channel closes, those that run as well", async () => {
  await using stage = new Stage({
    async one(word, { signal }) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return word;
    },
  }, { server: { maxConcurrentStreams: 1 } });
  const { one } = stage.words;
  const failures = [
    assertStatus(
      () => one("runs"),
      Status.UNAVAILABLE,
      "the connection was closed here",
    ),
    assertStatus(
      () => one("waits"),
      Status.UNAVAILABLE,
      "the channel is closed",
    ),
  ];
  await until(() => stage.clients[0]?.streamsLeft === 0);
  await stage.channel.close();
  await Promise.all(failures);
});
