import { assertEquals, assertThrows } from "@std/assert";
import {
  MAX_QUEUED_OCTETS,
  MAX_QUEUED_REPLIES,
  Output,
} from "../../src/connection/output.ts";
import {
  ConnectionError,
  encodePing,
  ErrorCode,
} from "../../src/frames/mod.ts";

Deno.test("An output counts frames, and messages among them", () => {
  const output = new Output();
  output.command();
  output.reply();
  output.message();
  output.message();
  assertEquals([output.frames, output.messages], [4, 2]);
  output.take();
  assertEquals([output.frames, output.messages], [4, 2]);
});

Deno.test("An output hands over what was written", () => {
  const output = new Output();
  encodePing(output, false, new Uint8Array(8));
  assertEquals(output.take().length, 17);
  assertEquals(output.take().length, 0);
});

// grpc-go stops reading at 100 queued items, and two peers that do so can wait
// for each other for ever; here the connection ends.
Deno.test("112 FL-throttle-unit: 10,000 replies may wait, one more may not", () => {
  assertEquals(MAX_QUEUED_REPLIES, 10_000);
  const output = new Output();
  for (let i = 0; i < 10_000; i++) output.reply();
  const error = assertThrows(() => output.reply(), ConnectionError);
  assertEquals(error.code, ErrorCode.ENHANCE_YOUR_CALM);
  assertEquals(
    error.message,
    "More than 10000 replies wait to be read by the peer that caused them (ENHANCE_YOUR_CALM)",
  );
});

Deno.test("112 FL-throttle-unit: replies that were taken do not count", () => {
  const output = new Output();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 10_000; i++) output.reply();
    output.take();
  }
});

Deno.test("112 FL-throttle-unit: frames of one's own accord are not bounded", () => {
  const output = new Output();
  for (let i = 0; i < 20_000; i++) {
    output.message();
    output.command();
  }
  output.reply();
});

Deno.test("Above 4 MiB that nobody reads, the output is full", () => {
  const output = new Output();
  output.reserve(MAX_QUEUED_OCTETS);
  assertEquals([MAX_QUEUED_OCTETS, output.isFull], [4_194_304, false]);
  output.reserve(1);
  assertEquals(output.isFull, true);
  output.take();
  assertEquals(output.isFull, false);
});
