import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { delay } from "@std/async";
import { GrpcError, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, Stage, until } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";

/** A stage with handlers that wait for their signal. */
class Patient extends Stage {
  readonly reasons: unknown[];

  constructor() {
    const reasons: unknown[] = [];
    super({
      async one(_word, { signal }) {
        reasons.push(await aborted(signal));
        return "";
      },
      async *down(_word, { signal }) {
        yield "first";
        yield "second";
        reasons.push(await aborted(signal));
      },
      async up(words, { signal }) {
        for await (const _word of words);
        reasons.push(await aborted(signal));
        return "";
      },
      async *both(words, { signal }) {
        for await (const word of words) yield word;
        reasons.push(await aborted(signal));
      },
    });
    this.reasons = reasons;
  }

  /** The handler of the only call was told, and nothing is left. */
  async isCancelled(): Promise<void> {
    await until(() => this.reasons.length === 1);
    const [reason] = this.reasons;
    assert(reason instanceof GrpcError);
    assertEquals(reason.code, Status.CANCELLED);
    assertEquals(
      reason.details,
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
    setTimeout(() => abort.abort(reason), 30);
    const error = await assertStatus(
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
    assertStrictEquals(error.cause, reason);
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
    break;
  }
  await stage.isCancelled();
});

Deno.test("Who throws while reading cancels the call", async () => {
  await using stage = new Patient();
  const reading = (async () => {
    for await (const _word of stage.words.both(["a"])) throw new Error("ouch");
  })();
  assertEquals(await reading.catch((error) => error.message), "ouch");
  await stage.isCancelled();
});

Deno.test("A call that is never iterated starts nothing", async () => {
  let runs = 0;
  await using stage = new Stage({
    down: () => [String(runs++)],
    both: () => [String(runs++)],
  });
  await stage.channel.connect();
  const never = stage.words.down("");
  stage.words.both(["a"]);
  await never.return(undefined);
  await delay(20);
  assertEquals(runs, 0);
  assertEquals(stage.clients[0].counters().streamsStarted, 0);
});

Deno.test("Requests that throw cancel the call, with their error as the cause", async () => {
  await using stage = new Patient();
  const failing = async function* () {
    yield "a";
    await delay(10);
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
  const errors = await reported(async () => {
    const stubborn = async function* () {
      try {
        for (;;) {
          yield "word";
          await delay(1);
        }
      } finally {
        // deno-lint-ignore no-unsafe-finally
        throw new Error("not like this");
      }
    };
    assertEquals(await stage.words.up(stubborn()), "done");
    const rude: Iterable<string> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: "word" }),
        return: () => {
          throw new Error("not like this");
        },
      }),
    };
    assertEquals(await stage.words.up(rude), "done");
    await delay(20);
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
          await delay(1);
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
