import { setImmediate } from "node:timers";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compress } from "../../src/grpc/messages/compression.ts";
import {
  decompress,
  encodingOption,
  GrpcError,
  isMessageEncoding,
  type MessageEncoding,
  Status,
} from "../../src/grpc/mod.ts";

async function refused(
  run: () => Promise<unknown>,
  code: number,
  details: RegExp,
): Promise<void> {
  const error = await assertRejects(run, GrpcError);
  assertEquals(error.code, code);
  assert(details.test(error.statusMessage), error.statusMessage);
}

Deno.test("gzip makes a message smaller, and gives it back", async () => {
  const payload = new Uint8Array(100_000).fill(7);
  const compressed = await compress(payload);
  assert(compressed.length < 1_000);
  assertEquals([...compressed.subarray(0, 2)], [0x1f, 0x8b]);
  const message = { compressed: true, payload: compressed };
  assertEquals(await decompress(message, "gzip", 100_000), payload);
});

Deno.test("A message without octets can be compressed, too", async () => {
  const message = {
    compressed: true,
    payload: await compress(new Uint8Array(0)),
  };
  assertEquals(await decompress(message, "gzip", 0), new Uint8Array(0));
});

Deno.test("A message that is not compressed passes, whatever the encoding", async () => {
  const message = { compressed: false, payload: Uint8Array.of(1) };
  for (const encoding of ["identity", "gzip"] as const) {
    assertEquals(await decompress(message, encoding, 10), Uint8Array.of(1));
  }
});

Deno.test("A compressed message is refused if there is no encoding", async () => {
  await refused(
    () =>
      decompress(
        { compressed: true, payload: new Uint8Array(0) },
        "identity",
        1,
      ),
    Status.INTERNAL,
    /^Received a compressed message, but grpc-encoding is identity$/,
  );
});

Deno.test("What gzip cannot read is refused", async () => {
  const whole = await compress(Uint8Array.of(1, 2, 3));
  const flipped = whole.slice();
  flipped[flipped.length - 6] ^= 0xff;
  for (
    const payload of [
      new Uint8Array(0),
      Uint8Array.of(1, 2, 3),
      whole.subarray(0, -1),
      flipped,
    ]
  ) {
    await refused(
      () => decompress({ compressed: true, payload }, "gzip", 100),
      Status.INTERNAL,
      /^Received a message that cannot be decompressed with gzip$/,
    );
  }
});

Deno.test("A small message that unfolds to a huge one is cut off on the way", async () => {
  const bomb = await compress(new Uint8Array(64 * 1_024 * 1_024));
  assert(bomb.length < 100_000);
  const error = await assertRejects(
    () => decompress({ compressed: true, payload: bomb }, "gzip", 1_000_000),
    GrpcError,
  );
  assertEquals(error.code, Status.RESOURCE_EXHAUSTED);
  const [, unfolded] = error.statusMessage.match(
    /^Received message larger than max after decompression \((\d+) vs\. 1000000\)$/,
  ) ?? [];
  assert(Number(unfolded) < 2_000_000, error.statusMessage);
});

Deno.test("A message that unfolds to just the limit is accepted", async () => {
  const payload = await compress(new Uint8Array(1_000));
  const message = { compressed: true, payload };
  assertEquals((await decompress(message, "gzip", 1_000)).length, 1_000);
  await assertRejects(() => decompress(message, "gzip", 999), GrpcError);
});

Deno.test("Tiny messages that are unfolded one after the other let the event loop turn", async () => {
  const payload = await compress(new Uint8Array(1));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  await decompress({ compressed: true, payload }, "gzip", 1);
  setImmediate(count);
  for (let i = 0; i < 1_000; i++) {
    await decompress({ compressed: true, payload }, "gzip", 1);
  }
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  assert(turns >= 10, `${turns} turns for 1000 messages`);
});

Deno.test("identity and gzip are the encodings, others are refused", () => {
  assertEquals(
    ["identity", "gzip", "deflate", "GZIP", ""].map(isMessageEncoding),
    [true, true, false, false, false],
  );
  assertEquals(encodingOption(undefined), "identity");
  assertEquals(encodingOption("gzip"), "gzip");
  assertThrows(
    () => encodingOption("br" as MessageEncoding),
    RangeError,
    'Cannot use compression: expected "identity" or "gzip", received "br"',
  );
});
