import { untraced } from "../client/support/untraced.ts";
import { CLOCK } from "../harness/virtual_clock.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Call } from "../../src/client/calls/call.ts";
import {
  isUncompressed,
  type MessageEncoding,
  Metadata,
  uncompressed,
} from "../../src/grpc/mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { FakeStream } from "./support/fake_stream.ts";
import { flagsOf } from "./support/take_all.ts";
import { openOn, rawMethod } from "./support/played_call.ts";
import { flush } from "./support/timers.ts";

/** The compressed flags of the requests of a call. */
async function sent(
  encoding: MessageEncoding,
  requestStream: boolean,
  messages: Uint8Array[],
): Promise<boolean[]> {
  const fake = new FakeStream();
  const ended = Promise.withResolvers<void>();
  const transport = {
    state: { kind: "open" },
    openStream: () => ({
      ...{ queuedOctets: 0, id: 1 },
      sendData(data: Uint8Array, endStream: boolean) {
        fake.sendData(data, endStream);
        if (endStream) ended.resolve();
      },
      sendPart(data: Uint8Array, start: number, end: number, isEnd: boolean) {
        this.sendData(data.subarray(start, end), isEnd);
      },
    }),
  } as unknown as Transport;
  new Call(
    {
      clock: CLOCK,
      isolation: openOn(transport),
      tracers: untraced(),
      throttle: undefined,
      random: Math.random,
      heartbeatOf: () => undefined,
      headers: () => [],
    },
    {
      method: rawMethod("Any", requestStream, false) as never,
      metadata: new Metadata(),
      messages,
      options: { compression: encoding, maxReceiveMessageLength: 1_000 },
    },
    { waitForReady: false, timeout: Infinity, retryPolicy: undefined },
  );
  await ended.promise;
  await flush();
  return flagsOf(fake.octets);
}

const plain = () => new Uint8Array(1_000);
const marked = () => uncompressed(plain());

Deno.test("The mark is on the message itself, and not on copies", () => {
  const message = { text: "a" };
  assertEquals(isUncompressed(message), false);
  assertStrictEquals(uncompressed(message), message);
  assertEquals(isUncompressed(message), true);
  assertEquals(isUncompressed({ ...message }), false);
  uncompressed(message);
  assertEquals(isUncompressed(message), true);
});

Deno.test("What is no object cannot be marked", () => {
  for (
    const [value, received] of [
      ["text", "string"],
      [1, "number"],
      [1n, "bigint"],
      [true, "boolean"],
      [undefined, "undefined"],
      [null, "null"],
      [() => {}, "function"],
      [Symbol(), "symbol"],
    ] as const
  ) {
    assertThrows(
      () => uncompressed(value as unknown as object),
      TypeError,
      `Cannot mark a message as uncompressed: expected an object, received ${received}`,
    );
    assertEquals(isUncompressed(value), false);
  }
});

Deno.test("Of a stream of requests, those with a mark go without compression", async () => {
  assertEquals(
    await sent("gzip", true, [plain(), marked(), marked(), plain()]),
    [true, false, false, true],
  );
});

Deno.test("The only request goes without compression, too", async () => {
  assertEquals(await sent("gzip", false, [plain()]), [true]);
  assertEquals(await sent("gzip", false, [marked()]), [false]);
});

Deno.test("Without compression the mark means nothing", async () => {
  assertEquals(await sent("identity", false, [marked()]), [false]);
  assertEquals(
    await sent("identity", true, [marked(), plain()]),
    [false, false],
  );
});
