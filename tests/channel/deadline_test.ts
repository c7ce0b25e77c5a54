import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async";
import { GrpcError, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, Stage, until } from "../grpc/support/words.ts";

/** A stage with handlers that wait for ever, and what their signals said. */
class Waiting extends Stage {
  readonly reasons: unknown[];
  readonly deadlines: (Date | undefined)[];

  constructor() {
    const reasons: unknown[] = [];
    const deadlines: (Date | undefined)[] = [];
    super({
      async one(_word, { signal, deadline }) {
        deadlines.push(deadline);
        reasons.push(await aborted(signal));
        return "too late";
      },
      async *down(_word, { signal }) {
        yield "first";
        reasons.push(await aborted(signal));
      },
      async up(words, { signal }) {
        const read = await Array.fromAsync(words).catch((error) => error);
        reasons.push(await aborted(signal));
        return String(read);
      },
    });
    this.reasons = reasons;
    this.deadlines = deadlines;
  }
}

Deno.test("A call that is too late ends here, and so does its handler there", async () => {
  await using stage = new Waiting();
  const start = performance.now();
  await assertStatus(
    () => stage.words.one("", { deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
    /^(Deadline exceeded|the deadline passed before the handler had finished)$/,
  );
  const took = performance.now() - start;
  assert(took > 45 && took < 1_000, `${took} ms`);
  await until(() => stage.reasons.length === 1);
  assert(stage.reasons[0] instanceof GrpcError);
  await stage.nothingIsLeft();
});

Deno.test("A deadline is milliseconds or a date, and the handler knows it", async () => {
  await using stage = new Waiting();
  for (const make of [() => 60, () => new Date(Date.now() + 60)]) {
    const deadline = make();
    const expected = Date.now() + 60;
    const call = () => stage.words.one("", { deadline });
    await assertStatus(call, Status.DEADLINE_EXCEEDED);
    await until(() => stage.deadlines.length === 1);
    const known = Number(stage.deadlines.pop());
    assert(Math.abs(known - expected) < 60, `${known} for ${expected}`);
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
  const responses = stage.words.down("", { deadline: 50 });
  assertEquals((await responses.next()).value, "first");
  await assertStatus(() => responses.next(), Status.DEADLINE_EXCEEDED);
  await until(() => stage.reasons.length === 1);
  await stage.nothingIsLeft();
});

Deno.test("A call whose requests take too long is too late, and they are let go", async () => {
  await using stage = new Waiting();
  let released = false;
  const slow = async function* () {
    try {
      for (;;) {
        yield "word";
        await delay(5);
      }
    } finally {
      released = true;
    }
  };
  await assertStatus(
    () => stage.words.up(slow(), { deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
  );
  await until(() => released && stage.reasons.length === 1);
  await stage.nothingIsLeft();
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
  let handled = false;
  await using stage = new Stage({
    async one() {
      await delay(120);
      handled = true;
      return "ignored";
    },
  });
  await assertStatus(
    () => stage.words.one("", { deadline: 30 }),
    Status.DEADLINE_EXCEEDED,
  );
  await stage.nothingIsLeft();
  assertEquals(handled, false);
  await until(() => handled);
});

Deno.test("What is no deadline is refused", async () => {
  await using stage = new Stage();
  for (const deadline of [NaN, new Date(NaN), "5s", null]) {
    await assertRejects(
      () => stage.words.one("", { deadline: deadline as number }),
      RangeError,
      `Cannot use deadline: expected milliseconds or a Date, received ${deadline}`,
    );
  }
});

Deno.test("A call that ends in time leaves no timer", async () => {
  await using stage = new Stage();
  assertEquals(await stage.words.one("w", { deadline: 3_600_000 }), "w");
});
