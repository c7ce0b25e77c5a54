import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { implement, serve, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { echo, Stage, Words } from "../grpc/support/words.ts";

const DEFAULT = 4_194_304;

Deno.test("A response of 4 MiB is accepted, one octet more is not", async () => {
  await using stage = new Stage({
    one: (length) => "x".repeat(Number(length)),
  });
  const { one } = stage.words;
  assertEquals((await one(String(DEFAULT))).length, DEFAULT);
  await assertStatus(
    () => one(String(DEFAULT + 1)),
    Status.RESOURCE_EXHAUSTED,
    `Received message larger than max (${
      DEFAULT + 1
    } vs. ${DEFAULT}): the response is above maxReceiveMessageLength of the call`,
  );
  await stage.nothingIsLeft();
});

Deno.test("A request of 4 MiB is accepted, one octet more is not", async () => {
  await using stage = new Stage({ one: (word) => String(word.length) });
  const { one } = stage.words;
  assertEquals(await one("x".repeat(DEFAULT)), String(DEFAULT));
  await assertStatus(
    () => one("x".repeat(DEFAULT + 1)),
    Status.RESOURCE_EXHAUSTED,
    `Received message larger than max (${
      DEFAULT + 1
    } vs. ${DEFAULT}): the request is above the server's maxReceiveMessageLength`,
  );
  await stage.nothingIsLeft();
});

Deno.test("The limits can be set: per call, and per server", async () => {
  await using stage = new Stage(echo, {
    server: { maxReceiveMessageLength: 10 },
  });
  const { one, down, up } = stage.words;
  const limited = { maxReceiveMessageLength: 3 };
  assertEquals(await one("abc", limited), "abc");
  await assertStatus(() => one("abcd", limited), Status.RESOURCE_EXHAUSTED);
  await assertStatus(
    () => drain(down("abc abcd", limited)),
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (4 vs. 3): the response is above maxReceiveMessageLength of the call",
  );
  assertEquals(await one("a".repeat(10)), "a".repeat(10));
  await assertStatus(
    () => up(["a", "a".repeat(11), "b"]),
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (11 vs. 10): the request is above the server's maxReceiveMessageLength",
  );
  const none = { maxReceiveMessageLength: 0 };
  await assertStatus(() => one("a", none), Status.RESOURCE_EXHAUSTED);
  assertEquals(await one("", none), "");
  await stage.nothingIsLeft();
});

Deno.test("The limits hold for what gzip unfolds, too", async () => {
  await using stage = new Stage(echo, {
    server: { compression: "gzip", maxReceiveMessageLength: 100_000 },
  });
  const { one } = stage.words;
  const word = "w".repeat(50_000);
  assertEquals(await one(word), word);
  await assertStatus(
    () => one(word, { maxReceiveMessageLength: 49_999 }),
    Status.RESOURCE_EXHAUSTED,
    /^Received message larger than max after decompression \(\d+ vs\. 49999\): the response is above maxReceiveMessageLength of the call$/,
  );
  await assertStatus(
    () => one("w".repeat(100_001), { compression: "gzip" }),
    Status.RESOURCE_EXHAUSTED,
    /after decompression/,
  );
  await stage.nothingIsLeft();
});

Deno.test("What is no limit is refused", async () => {
  await using stage = new Stage();
  for (const maxReceiveMessageLength of [-1, 1.5, NaN, Infinity]) {
    const options = { maxReceiveMessageLength };
    const message = "Cannot use maxReceiveMessageLength: expected an integer";
    await assertRejects(
      () => stage.words.one("", options),
      RangeError,
      message,
    );
    assertThrows(
      () => serve({ port: 0, ...options }, [implement(Words, echo)]),
      RangeError,
      message,
    );
  }
});
