import { assert, assertEquals } from "@std/assert";
import { Stage, until } from "../grpc/support/words.ts";

/** A message of 10 000 octets: six of them fill the first window. */
const WORD = "w".repeat(10_000);

/**
 * Messages that may lie between a fast sender and a slow reader: what waits to
 * be sent, the windows (which grow to what the path can hold, at most 16 MiB),
 * and a few on the way.
 */
const BETWEEN = 100;

/** Answers of the client in a row, between which a count stands still. */
const QUIET_ANSWERS = 10;

/**
 * Waits until a count stands still; answers with it. Whatever a PING and its
 * answer meet on the way has come to rest in between.
 */
async function standstill(
  { accepted: [end] }: Stage,
  count: () => number,
): Promise<number> {
  let before = count();
  for (let quiet = 0; quiet < QUIET_ANSWERS; quiet++) {
    await end.ping();
    if (count() !== before) quiet = 0;
    before = count();
  }
  return before;
}

Deno.test("A slow reader stops a handler that is fast", async () => {
  let produced = 0;
  await using stage = new Stage({
    *down() {
      while (produced < 2_000) {
        produced++;
        yield WORD;
      }
    },
  });
  const responses = stage.words.down("");
  let consumed = 0;
  while (consumed < 3) {
    await responses.next();
    consumed++;
    const ahead = await standstill(stage, () => produced) - consumed;
    assert(ahead < BETWEEN, `${ahead} messages ahead`);
  }
  for await (const word of responses) {
    assertEquals(word.length, WORD.length);
    consumed++;
  }
  assertEquals([produced, consumed], [2_000, 2_000]);
  await stage.nothingIsLeft();
});

Deno.test("A handler that reads slowly stops requests that are fast", async () => {
  let produced = 0;
  let consumed = 0;
  const go = Promise.withResolvers<void>();
  await using stage = new Stage({
    async up(words) {
      for await (const _word of words) {
        consumed++;
        if (consumed === 3) await go.promise;
      }
      return "done";
    },
  });
  const fast = function* () {
    while (produced < 2_000) {
      produced++;
      yield WORD;
    }
  };
  const call = stage.words.up(fast());
  await until(() => consumed === 3);
  const ahead = await standstill(stage, () => produced) - consumed;
  assert(ahead < BETWEEN, `${ahead} messages ahead`);
  go.resolve();
  assertEquals(await call, "done");
  assertEquals([produced, consumed], [2_000, 2_000]);
  await stage.nothingIsLeft();
});

Deno.test("Both directions stop each other, and neither for ever", async () => {
  let produced = 0;
  await using stage = new Stage({ both: (words) => words });
  const fast = function* () {
    while (produced < 1_000) {
      produced++;
      yield WORD;
    }
  };
  const responses = stage.words.both(fast());
  await responses.next();
  const ahead = await standstill(stage, () => produced);
  assert(ahead < 3 * BETWEEN, `${ahead} messages ahead`);
  let consumed = 1;
  for await (const _word of responses) consumed++;
  assertEquals([produced, consumed], [1_000, 1_000]);
  await stage.nothingIsLeft();
});

Deno.test("A stream that nobody reads does not stop the others", async () => {
  await using stage = new Stage({
    one: (word) => word,
    *down() {
      for (let i = 0; i < 1_000; i++) yield WORD;
    },
  });
  const stuck = Array.from({ length: 20 }, () => stage.words.down(""));
  await Promise.all(stuck.map((responses) => responses.next()));
  const large = "x".repeat(500_000);
  assertEquals(await stage.words.one(large, { deadline: 60_000 }), large);
  await Promise.all(stuck.map((responses) => responses.return(undefined)));
  await stage.nothingIsLeft();
});

Deno.test("A fast stream of small messages is held up, too", async () => {
  let produced = 0;
  await using stage = new Stage({
    *down() {
      while (produced < 50_000) {
        produced++;
        yield "";
      }
    },
  });
  const responses = stage.words.down("");
  await responses.next();
  const ahead = await standstill(stage, () => produced);
  assert(ahead < 45_000, `${ahead} messages ahead`);
  await responses.return(undefined);
  await stage.nothingIsLeft();
});
