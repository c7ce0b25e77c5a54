import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type CallContext, GrpcError, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, Stage, until } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";
import { breathe } from "../harness/time.ts";

/** A stage with handlers that wait for their signal. */
class Patient extends Stage {
  readonly reasons: unknown[];
  readonly #waiting: { count: number };

  constructor() {
    const reasons: unknown[] = [];
    const waiting = { count: 0 };
    const wait = async ({ signal }: CallContext) => {
      waiting.count++;
      reasons.push(await aborted(signal));
      return "";
    };
    super({
      one: (_word, call) => wait(call),
      async *down(_word, call) {
        yield "first";
        yield "second";
        await wait(call);
      },
      async up(words, call) {
        for await (const _word of words);
        return await wait(call);
      },
      async *both(words, call) {
        for await (const word of words) yield word;
        await wait(call);
      },
    });
    this.reasons = reasons;
    this.#waiting = waiting;
  }

  /** The handler of the only call has read and said all, and waits. */
  async isWaiting(): Promise<void> {
    await until(() => this.#waiting.count === 1);
  }

  /** The handler of the only call was told, and nothing is left. */
  async isCancelled(): Promise<void> {
    await until(() => this.reasons.length === 1);
    const [reason] = this.reasons;
    assert(reason instanceof GrpcError);
    assertEquals(reason.code, Status.CANCELLED);
    assertEquals(
      reason.statusMessage,
      "the client reset the stream with error code 8",
    );
    await this.nothingIsLeft();
  }
}

Deno.test("An aborted call is CANCELLED, and its handler is told", async () => {
  for (const kind of ["one", "down", "up", "both"] as const) {
    await using stage = new Patient();
    const abort = new AbortController();
    const { signal } = abort;
    const reason = new Error("enough");
    const call = assertStatus(
      async () => {
        switch (kind) {
          case "one":
            return await stage.words.one("", { signal });
          case "up":
            return await stage.words.up(["a", "b"], { signal });
          case "down":
            return await drain(stage.words.down("", { signal }));
          case "both":
            return await drain(stage.words.both(["a"], { signal }));
        }
      },
      Status.CANCELLED,
      "the call was cancelled by its caller",
    );
    await stage.isWaiting();
    abort.abort(reason);
    assertStrictEquals((await call).cause, reason);
    await stage.isCancelled();
  }
});

Deno.test("A call with an aborted signal sends nothing", async () => {
  await using stage = new Stage();
  await stage.words.one("");
  const { streamsStarted } = stage.clients[0].counters();
  const signal = AbortSignal.abort();
  const { one, up, down, both } = stage.words;
  const requests = [""].values();
  await assertStatus(() => one("", { signal }), Status.CANCELLED);
  await assertStatus(() => up(requests, { signal }), Status.CANCELLED);
  await assertStatus(() => drain(down("", { signal })), Status.CANCELLED);
  await assertStatus(() => drain(both([], { signal })), Status.CANCELLED);
  assertEquals(stage.clients[0].counters().streamsStarted, streamsStarted);
  assertEquals(requests.next().done, false);
});

Deno.test("A signal that is aborted after the call changes nothing", async () => {
  await using stage = new Stage();
  const abort = new AbortController();
  assertEquals(await stage.words.one("w", { signal: abort.signal }), "w");
  abort.abort();
  assertEquals(await stage.words.one("x"), "x");
  await stage.nothingIsLeft();
  const { streamsFailed } = stage.clients[0].counters();
  assertEquals(streamsFailed, 0);
});

Deno.test("Who stops reading cancels the call", async () => {
  await using stage = new Patient();
  for await (const word of stage.words.down("")) {
    assertEquals(word, "first");
    await stage.isWaiting();
    break;
  }
  await stage.isCancelled();
});

Deno.test("Who throws while reading cancels the call", async () => {
  await using stage = new Patient();
  const reading = (async () => {
    for await (const _word of stage.words.both(["a"])) {
      await stage.isWaiting();
      throw new Error("ouch");
    }
  })();
  assertEquals(await reading.catch((error) => error.message), "ouch");
  await stage.isCancelled();
});

Deno.test("A call that is never iterated starts nothing", async () => {
  let runs = 0;
  await using stage = new Stage({
    down: () => [String(runs++)],
    both: () => [String(runs++)],
    one: (word) => word,
  });
  const never = stage.words.down("");
  stage.words.both(["a"]);
  await never.return(undefined);
  // What comes after it is the first that the server hears.
  assertEquals(await stage.words.one("w"), "w");
  assertEquals(runs, 0);
  assertEquals(stage.clients[0].counters().streamsStarted, 1);
});

Deno.test("Requests that throw cancel the call, with their error as the cause", async () => {
  await using stage = new Patient();
  const failing = async function* () {
    yield "a";
    await until(() => stage.accepted[0]?.counters().streamsStarted === 1);
    throw new TypeError("no more words");
  };
  const error = await assertStatus(
    () => stage.words.up(failing()),
    Status.CANCELLED,
    "the requests of the call failed: no more words",
  );
  assert(error.cause instanceof TypeError);
  await stage.nothingIsLeft();
});

Deno.test("Requests that throw at once cancel the call, too", async () => {
  await using stage = new Stage();
  const broken: Iterable<string> = {
    [Symbol.iterator]: () => {
      throw new Error("no iterator");
    },
  };
  await assertStatus(
    () => stage.words.up(broken),
    Status.CANCELLED,
    "the requests of the call failed: no iterator",
  );
  await stage.nothingIsLeft();
});

Deno.test("Requests that throw as they are let go disturb nobody", async () => {
  await using stage = new Stage({ up: () => "done" });
  let letGo = 0;
  const errors = await reported(async () => {
    const stubborn = async function* () {
      try {
        for (;;) {
          yield "word";
          await breathe();
        }
      } finally {
        letGo++;
        // deno-lint-ignore no-unsafe-finally
        throw new Error("not like this");
      }
    };
    assertEquals(await stage.words.up(stubborn()), "done");
    const rude: Iterable<string> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: "word" }),
        return: () => {
          letGo++;
          throw new Error("not like this");
        },
      }),
    };
    assertEquals(await stage.words.up(rude), "done");
    await until(() => letGo === 2);
  });
  assertEquals(errors, []);
  await stage.nothingIsLeft();
});

Deno.test("A handler that goes on after a cancel fails as it sends, and is let go", async () => {
  let released = false;
  await using stage = new Stage({
    async *down() {
      try {
        for (;;) {
          yield "word";
          await breathe();
        }
      } finally {
        released = true;
      }
    },
  });
  for await (const _word of stage.words.down("")) break;
  await until(() => released);
  await stage.nothingIsLeft();
});

Deno.test("A handler that reads is told of a cancel, not of the end of the requests", async () => {
  const read: string[] = [];
  const ends: unknown[] = [];
  const slow = Promise.withResolvers<void>();
  await using stage = new Stage({
    async up(words) {
      try {
        for await (const word of words) {
          read.push(word);
          await slow.promise;
        }
        ends.push("whole");
      } catch (error) {
        ends.push(error);
      }
      return "";
    },
  });
  const abort = new AbortController();
  const { signal } = abort;
  const call = assertStatus(
    () => stage.words.up(["a", "b", "c"], { signal }),
    Status.CANCELLED,
  );
  await until(() => read.length === 1);
  abort.abort();
  await call;
  await stage.nothingIsLeft();
  slow.resolve();
  await until(() => ends.length === 1);
  assertEquals(read, ["a"]);
  assert(ends[0] instanceof GrpcError);
  assertEquals(ends[0].code, Status.CANCELLED);
});

Deno.test("A hundred calls that are cancelled at random leave nothing", async () => {
  await using stage = new Patient();
  await stage.channel.connect();
  await Promise.all(Array.from({ length: 100 }, async (_, index) => {
    const signal = AbortSignal.timeout(index % 10);
    await assertStatus(
      () => drain(stage.words.both(["a", "b"], { signal })),
      Status.CANCELLED,
    );
  }));
  await stage.nothingIsLeft();
  assertEquals(await stage.clients[0].ping() >= 0, true);
});
