import { assert, assertEquals, assertRejects } from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, Stage, until } from "../grpc/support/words.ts";
import { breathe, PATIENCE } from "../harness/time.ts";

/** A stage with handlers that wait for ever, and what their signals said. */
class Waiting extends Stage {
  readonly reasons: unknown[];
  /** Handlers that have begun. */
  begun = 0;

  constructor() {
    const reasons: unknown[] = [];
    const begin = () => this.begun++;
    super({
      async one(_word, { signal }) {
        begin();
        reasons.push(await aborted(signal));
        return "too late";
      },
      async *down(_word, { signal }) {
        begin();
        yield "first";
        reasons.push(await aborted(signal));
      },
      async up(words, { signal }) {
        begin();
        const read = await Array.fromAsync(words).catch((error) => error);
        reasons.push(await aborted(signal));
        return String(read);
      },
    });
    this.reasons = reasons;
  }

  /** Every handler was told to end, and nothing is left. */
  async isOver(): Promise<void> {
    await this.nothingIsLeft();
    await until(() => this.reasons.length === this.begun);
    for (const reason of this.reasons) assert(reason instanceof GrpcError);
  }
}

/**
 * Deadlines that become longer, for as long as a call is too late before that
 * has happened which it is about: there is no telling how busy the machine is.
 */
function* deadlinesUntil(hasHappened: () => boolean): Generator<number> {
  for (let deadline = 50; !hasHappened(); deadline *= 2) yield deadline;
}

Deno.test("A call that is too late ends here, and so does its handler there", async () => {
  await using stage = new Waiting();
  for (const deadline of deadlinesUntil(() => stage.begun > 0)) {
    const start = performance.now();
    await assertStatus(
      () => stage.words.one("", { deadline }),
      Status.DEADLINE_EXCEEDED,
      /^(Deadline exceeded.*|the deadline passed before the handler had finished)$/,
    );
    const took = performance.now() - start;
    assert(took > deadline - 5 && took < deadline + PATIENCE, `${took} ms`);
  }
  await stage.isOver();
});

Deno.test("A deadline is milliseconds or a date, and the handler knows it", async () => {
  await using stage = new Stage({
    one: (_word, { deadline }) => String(Number(deadline)),
  });
  const time = 60_000;
  for (const make of [() => time, () => new Date(Date.now() + time)]) {
    const before = Date.now() + time;
    const known = Number(await stage.words.one("", { deadline: make() }));
    const after = Date.now() + time;
    assert(known >= before - 2 && known <= after + 2, `${known} for ${before}`);
  }
});

Deno.test("Without a deadline there is none", async () => {
  await using stage = new Stage({
    one: (_word, { deadline }) => String(deadline),
  });
  assertEquals(await stage.words.one(""), "undefined");
  assertEquals(await stage.words.one("", { deadline: Infinity }), "undefined");
});

Deno.test("A stream that is too late ends with what has come", async () => {
  await using stage = new Waiting();
  const come: string[] = [];
  for (const deadline of deadlinesUntil(() => come.length > 0)) {
    const responses = stage.words.down("", { deadline });
    const read = async () => {
      for await (const word of responses) come.push(word);
    };
    await assertStatus(read, Status.DEADLINE_EXCEEDED);
  }
  assertEquals(come, ["first"]);
  await stage.isOver();
});

Deno.test("A call whose requests take too long is too late, and they are let go", async () => {
  await using stage = new Waiting();
  let released = false;
  const slow = async function* () {
    try {
      for (;;) {
        yield "word";
        await breathe();
      }
    } finally {
      released = true;
    }
  };
  await assertStatus(
    () => stage.words.up(slow(), { deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
  );
  await until(() => released);
  await stage.isOver();
});

Deno.test("A deadline that has passed sends nothing", async () => {
  await using stage = new Stage();
  await stage.words.one("");
  const { streamsStarted } = stage.clients[0].counters();
  for (const deadline of [0, -5, -Infinity, new Date(0)]) {
    const { one, down } = stage.words;
    await assertStatus(
      () => one("", { deadline }),
      Status.DEADLINE_EXCEEDED,
      "Deadline exceeded",
    );
    await assertStatus(
      () => drain(down("", { deadline })),
      Status.DEADLINE_EXCEEDED,
    );
  }
  assertEquals(stage.clients[0].counters().streamsStarted, streamsStarted);
});

Deno.test("A deadline also bounds the wait for a connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `127.0.0.1:${listener.addr.port}`;
  await using stage = new Stage({}, { target });
  await assertStatus(
    () => stage.words.one("", { deadline: 30 }),
    Status.DEADLINE_EXCEEDED,
  );
});

Deno.test("The server ends a call that is too late, whatever its handler does", async () => {
  let begun = 0;
  let handled = 0;
  const go = Promise.withResolvers<void>();
  await using stage = new Stage({
    async one() {
      begun++;
      await go.promise;
      handled++;
      return "ignored";
    },
  });
  for (const deadline of deadlinesUntil(() => begun > 0)) {
    await assertStatus(
      () => stage.words.one("", { deadline }),
      Status.DEADLINE_EXCEEDED,
    );
  }
  await stage.nothingIsLeft();
  assertEquals(handled, 0);
  go.resolve();
  await until(() => handled === begun);
});

Deno.test("What is no deadline is refused", async () => {
  await using stage = new Stage();
  for (const deadline of [NaN, new Date(NaN), "5s", null]) {
    const isOfType = typeof deadline === "number" || deadline instanceof Date;
    await assertRejects(
      () => stage.words.one("", { deadline: deadline as number }),
      isOfType ? RangeError : TypeError,
      `Cannot use deadline: expected milliseconds or a Date, received ${
        typeof deadline === "string" ? `"${deadline}"` : deadline
      }`,
    );
  }
});

Deno.test("A point in time as a number, as grpc-js has it, is refused with what to pass", async () => {
  await using stage = new Stage();
  const at = Date.now() + 5_000;
  await assertRejects(
    () => stage.words.one("", { deadline: at }),
    RangeError,
    `Cannot use deadline: expected milliseconds from now, at most 31622400000, received ${at}: pass a point in time as new Date(${at})`,
  );
  assertEquals(await stage.words.one("w", { deadline: new Date(at) }), "w");
  assertEquals(await stage.words.one("w", { deadline: 31_622_400_000 }), "w");
  assertEquals(await stage.words.one("w", { deadline: Infinity }), "w");
});

Deno.test("A call that ends in time leaves no timer", async () => {
  await using stage = new Stage();
  assertEquals(await stage.words.one("w", { deadline: 3_600_000 }), "w");
});
