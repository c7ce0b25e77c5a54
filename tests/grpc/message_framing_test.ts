import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { frameMessage, MessageReader } from "../../src/grpc/message_framing.ts";
import { GrpcError, Status } from "../../src/grpc/mod.ts";
import { concat, octets } from "../harness/octets.ts";
import { withSeed } from "../harness/seed.ts";

function refused(run: () => unknown, code: number, details: string): void {
  const error = assertThrows(run, GrpcError);
  assertEquals([error.code, error.details], [code, details]);
}

Deno.test("A message has a flag and a length of four octets before it", () => {
  const payload = octets("01 02 03");
  assertEquals(frameMessage(payload, false), [octets("00 00000003 010203")]);
  assertEquals(frameMessage(payload, true), [octets("01 00000003 010203")]);
  assertEquals(frameMessage(octets(""), false), [octets("00 00000000")]);
});

Deno.test("Up to 4 096 octets are copied behind the prefix, more are not", () => {
  assertEquals(frameMessage(new Uint8Array(4_096), false).length, 1);
  const large = new Uint8Array(4_097);
  const pieces = frameMessage(large, false);
  assertEquals(pieces.length, 2);
  assertEquals(pieces[0], octets("00 00001001"));
  assertStrictEquals(pieces[1], large);
});

Deno.test("Messages are the same however the octets are cut", () => {
  const data = octets("00 00000000  01 00000003 aabbcc  00 00000001 dd");
  for (let cut = 0; cut <= data.length; cut++) {
    const reader = new MessageReader(10);
    const messages = [
      ...reader.push(data.subarray(0, cut)),
      ...reader.push(data.subarray(cut)),
    ];
    assertEquals(
      messages,
      [
        { compressed: false, payload: octets("") },
        { compressed: true, payload: octets("aabbcc") },
        { compressed: false, payload: octets("dd") },
      ],
      `cut at ${cut}`,
    );
    assert(reader.isAtBoundary);
  }
});

Deno.test("A message is complete with its last octet, not before", () => {
  const reader = new MessageReader(10);
  const data = octets("00 00000002 aabb");
  for (const octet of data.subarray(0, -1)) {
    assertEquals(reader.push(Uint8Array.of(octet)), []);
    assertFalse(reader.isAtBoundary);
  }
  assertEquals(reader.push(octets("bb")).length, 1);
  assert(reader.isAtBoundary);
});

Deno.test("A message without octets is complete with its prefix", () => {
  const reader = new MessageReader(0);
  assertEquals(reader.push(octets("00 000000")), []);
  assertEquals(reader.push(octets("00")).length, 1);
  assertEquals(reader.push(octets("")), []);
});

Deno.test("What was pushed can be overwritten afterwards", () => {
  const reader = new MessageReader(10);
  const data = octets("00 00000002 aabb");
  const [message] = reader.push(data);
  data.fill(0);
  assertEquals(message.payload, octets("aabb"));
});

Deno.test("A compressed flag above 1 is refused", () => {
  refused(
    () => new MessageReader(10).push(octets("02 00000000")),
    Status.INTERNAL,
    "Received a message with the compressed flag 2, expected 0 or 1",
  );
});

Deno.test("A message that is too long is refused before any of it arrives", () => {
  refused(
    () => new MessageReader(10).push(octets("00 0000000b")),
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (11 vs. 10)",
  );
  refused(
    () => new MessageReader(4_194_304).push(octets("00 ffffffff")),
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (4294967295 vs. 4194304)",
  );
  assertEquals(new MessageReader(10).push(octets("00 0000000a")), []);
});

Deno.test("A long message that comes octet by octet costs no more than itself", () => {
  const length = 1_000_000;
  const reader = new MessageReader(length);
  reader.push(octets("00 000f4240"));
  const octet = Uint8Array.of(7);
  const before = Deno.memoryUsage();
  for (let i = 1; i < length; i++) reader.push(octet);
  const after = Deno.memoryUsage();
  const held = after.heapUsed + after.external - before.heapUsed -
    before.external;
  assert(held < 40_000_000, `${held} octets for a message of ${length}`);
  const [message] = reader.push(octet);
  assert(message.payload.every((value) => value === 7));
  assertEquals(message.payload.length, length);
});

Deno.test("The prefix of a huge message takes no memory by itself", () => {
  const readers = Array.from({ length: 1_000 }, () => {
    const reader = new MessageReader(2 ** 32);
    reader.push(octets("00 ffffffff aa"));
    return reader;
  });
  assertEquals(readers.filter(({ isAtBoundary }) => isAtBoundary), []);
});

Deno.test(
  "Random messages arrive in random pieces",
  withSeed((random) => {
    for (let run = 0; run < 100; run++) {
      const payloads = Array.from(
        { length: random.below(6) },
        () => random.octets(random.below(random.oneIn(4) ? 6_000 : 20)),
      );
      const data = concat(
        ...payloads.flatMap((payload) => frameMessage(payload, false)),
      );
      const reader = new MessageReader(6_000);
      const received: Uint8Array[] = [];
      for (let at = 0; at < data.length;) {
        const end = at + 1 + random.below(2_000);
        for (const { payload } of reader.push(data.subarray(at, end))) {
          received.push(payload);
        }
        at = end;
      }
      assertEquals(received, payloads);
      assert(reader.isAtBoundary);
    }
  }),
);
