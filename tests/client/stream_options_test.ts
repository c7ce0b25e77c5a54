import { assertEquals, assertThrows } from "@std/assert";
import type { CallOptions } from "../../mod.ts";
import { echo, Stage, Words } from "../grpc/support/words.ts";

const WRONG: readonly unknown[] = [
  { deadlin: 1_000 },
  { maxReceiveMessageLength: -1 },
  { metadata: { "x y": "1" } },
  { signal: {} },
];

Deno.test("The options of a call with a stream of responses are checked at the call, not when it is read", async () => {
  await using stage = new Stage(echo);
  for (const options of WRONG) {
    const wrong = options as CallOptions;
    const calls = [
      () => stage.words.down("a", wrong),
      () => stage.words.both([], wrong),
      () => stage.channel.serverStreaming(Words.down, "a", wrong),
    ];
    for (const call of calls) assertThrows(call, Error, "Cannot use");
  }
  assertThrows(
    () => stage.channel.serverStreaming({ ...Words.down, path: "a b" }, "a"),
    TypeError,
    "Cannot call a method",
  );
  assertEquals(stage.channel.state, "IDLE");
});

Deno.test("Its deadline and its connection begin with the first read", async () => {
  await using stage = new Stage(echo);
  const words = stage.words.down("a b", { deadline: 1_000 });
  assertEquals(stage.channel.state, "IDLE");
  assertEquals(stage.channel.counters().callsStarted, 0);
  assertEquals(await Array.fromAsync(words), ["a", "b"]);
});
