import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { frameMessage } from "../../src/grpc/messages/framing.ts";
import { MessageReader } from "../../src/grpc/messages/reader.ts";
import { GrpcError, Status } from "../../src/grpc/mod.ts";
import { concat, octets } from "../harness/octets.ts";
import { withSeed } from "../harness/seed.ts";
import { takeAll } from "./support/take_all.ts";

function refused(run: () => unknown, code: number, details: string): void {
  const error = assertThrows(run, GrpcError);
  assertEquals([error.code, error.statusMessage], [code, details]);
}

for (const isTakenAtOnce of [true, false]) {
  const when = isTakenAtOnce ? "as they come" : "in the end";
  Deno.test(`Messages taken ${when} are the same however the octets are cut`, () => {
    const data = octets("00 00000000  01 00000003 aabbcc  00 00000001 dd");
    for (let cut = 0; cut <= data.length; cut++) {
      const reader = new MessageReader(10);
      reader.push(data.subarray(0, cut));
      const first = isTakenAtOnce ? takeAll(reader) : [];
      reader.push(data.subarray(cut));
      assertEquals(
        [...first, ...takeAll(reader)],
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
}

Deno.test("A message is complete with its last octet, not before", () => {
  const reader = new MessageReader(10);
  const data = octets("00 00000002 aabb");
  for (const octet of data.subarray(0, -1)) {
    reader.push(Uint8Array.of(octet));
    assertEquals(reader.messages, 0);
    assertEquals(reader.take(), undefined);
    assertFalse(reader.isAtBoundary);
  }
  reader.push(octets("bb"));
  assertEquals(reader.messages, 1);
  assert(reader.isAtBoundary);
  assertEquals(takeAll(reader).length, 1);
  assertEquals(reader.messages, 0);
  assert(reader.isAtBoundary);
});

Deno.test("A message without octets is complete with its prefix", () => {
  const reader = new MessageReader(0);
  reader.push(octets("00 000000"));
  assertEquals(takeAll(reader), []);
  reader.push(octets("00"));
  assertEquals(takeAll(reader).length, 1);
  reader.push(octets(""));
  assertEquals(takeAll(reader), []);
});

Deno.test("What was pushed can be overwritten afterwards", () => {
  const reader = new MessageReader(10);
  const data = octets("00 00000002 aabb  00 00000001 cc  00 00000002 dd");
  reader.push(data);
  data.fill(0);
  assertEquals(
    takeAll(reader).map(({ payload }) => payload),
    [octets("aabb"), octets("cc")],
  );
  reader.push(octets("ee"));
  assertEquals(reader.take()?.payload, octets("ddee"));
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
  new MessageReader(10).push(octets("00 0000000a"));
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
  reader.push(octet);
  const message = reader.take();
  assert(message?.payload.every((value) => value === 7));
  assertEquals(message?.payload.length, length);
});

Deno.test("Messages of which little has arrived take little", () => {
  const start = new Uint8Array(105);
  start.set(octets("00 003d0900"));
  const before = Deno.memoryUsage();
  const readers = Array.from({ length: 1_000 }, () => {
    const reader = new MessageReader(4_000_000);
    reader.push(start);
    return reader;
  });
  const after = Deno.memoryUsage();
  const held = after.heapUsed + after.external - before.heapUsed -
    before.external;
  assert(held < 8_000_000, `${held} octets for ${readers.length} times 100`);
  assertEquals(readers[0].halfLength, 105);
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
      const boundaries = new Set([0]);
      let length = 0;
      for (const payload of payloads) {
        boundaries.add(length += 5 + payload.length);
      }
      const reader = new MessageReader(6_000);
      const received: Uint8Array[] = [];
      const take = () => {
        const { messages } = reader;
        const message = reader.take();
        assertEquals(message !== undefined, messages > 0);
        if (message !== undefined) received.push(message.payload);
      };
      for (let at = 0; at < data.length;) {
        const end = at + 1 + random.below(2_000);
        reader.push(data.subarray(at, end));
        while (random.oneIn(2)) take();
        const isAtBoundary = boundaries.has(Math.min(end, data.length));
        assertEquals(reader.isAtBoundary, isAtBoundary);
        at = end;
      }
      while (reader.messages > 0) take();
      assertEquals(received, payloads);
      assert(reader.isAtBoundary);
    }
  }),
);

Deno.test("What is behind untaken messages is checked as it comes", () => {
  const [first, second] = [octets("00 00000001 aa"), octets("01 00000001 bb")];
  for (const count of [1, 2]) {
    const untaken = concat(...[first, second].slice(0, count));
    for (
      const [prefix, code, details] of [
        [
          octets("00 0000000b"),
          Status.RESOURCE_EXHAUSTED,
          "Received message larger than max (11 vs. 10)",
        ],
        [
          octets("00 ffffffff"),
          Status.RESOURCE_EXHAUSTED,
          "Received message larger than max (4294967295 vs. 10)",
        ],
        [
          octets("03 00000000"),
          Status.INTERNAL,
          "Received a message with the compressed flag 3, expected 0 or 1",
        ],
      ] as const
    ) {
      const reader = new MessageReader(10);
      reader.push(untaken);
      reader.push(prefix.subarray(0, 4));
      refused(() => reader.push(prefix.subarray(4)), code, details);
    }
  }
});

Deno.test("Messages count when they are whole", () => {
  const reader = new MessageReader(10);
  reader.push(octets("00 00000001 aa 00 00000002 bb"));
  assertEquals(reader.messages, 1);
  reader.push(octets("bb 00 00000000"));
  assertEquals(reader.messages, 3);
  for (const left of [2, 1, 0, 0]) {
    reader.take();
    assertEquals(reader.messages, left);
  }
});

Deno.test("What is cleared is gone, half messages and all", () => {
  const reader = new MessageReader(10);
  reader.push(octets("00 00000001 aa 00 00000001 bb 00 00"));
  reader.clear();
  assertEquals(reader.messages, 0);
  assert(reader.isAtBoundary);
  reader.push(octets("00 00000001 cc"));
  assertEquals(reader.take()?.payload, octets("cc"));
});

Deno.test("Tiny messages that nobody takes cost less than four times their octets", () => {
  const window = 65_535;
  const tiny = octets("00 00000001 aa");
  const large = concat(...frameMessage(new Uint8Array(513), false));
  for (
    const [pattern, count] of [
      [tiny, Infinity],
      [tiny, 16_384],
      [tiny, 100],
      [concat(tiny, large), 16_384],
    ] as const
  ) {
    const times = Math.floor(window / pattern.length);
    const messages = concat(...Array.from({ length: times }, () => pattern));
    const before = Deno.memoryUsage();
    const readers = Array.from({ length: 100 }, () => {
      const reader = new MessageReader(1_000);
      for (let at = 0; at < messages.length; at += count) {
        reader.push(messages.subarray(at, at + count));
      }
      return reader;
    });
    const after = Deno.memoryUsage();
    const held = after.heapUsed + after.external - before.heapUsed -
      before.external;
    const ratio = held / (readers.length * messages.length);
    assert(ratio < 4, `${ratio} octets for each octet, in pieces of ${count}`);
    const whole = readers[0].messages;
    assertEquals(takeAll(readers[0]).length, whole);
    assertEquals(whole, pattern === tiny ? times : 2 * times);
  }
});

Deno.test("Tiny messages that are taken as slowly as they come cost no more time", () => {
  const reader = new MessageReader(10);
  const message = octets("00 00000001 aa");
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) reader.push(message);
  for (let i = 0; i < 100_000; i++) {
    reader.push(message);
    reader.take();
  }
  assertEquals(takeAll(reader).length, 100_000);
  const time = performance.now() - start;
  assert(time < 5_000, `${time} ms for 200 000 messages`);
});

Deno.test("A message of 64 KiB, an octet more than the first window, moves in memory no more than one of 64 KiB less an octet", () => {
  const { transfer } = ArrayBuffer.prototype;
  for (const length of [65_535, 65_536]) {
    let moves = 0;
    ArrayBuffer.prototype.transfer = function (size?: number): ArrayBuffer {
      moves++;
      return transfer.call(this, size);
    };
    try {
      const reader = new MessageReader(4_194_304);
      reader.origin = { window: 65_535, connection: undefined };
      reader.push(
        Uint8Array.of(0, 0, length >> 16, length >> 8 & 0xff, length & 0xff),
      );
      reader.push(new Uint8Array(40_000));
      reader.push(new Uint8Array(length - 40_000));
      assertEquals(reader.take()?.payload.length, length);
    } finally {
      ArrayBuffer.prototype.transfer = transfer;
    }
    assertEquals(moves, 0);
  }
});

Deno.test("Messages that were taken have octets of their own, whatever comes and whoever writes", () => {
  const reader = new MessageReader(3_000);
  const kept: Uint8Array[] = [];
  const wanted: number[] = [];
  const data = concat(
    ...[1, 40, 600, 2_100].flatMap((length) =>
      frameMessage(new Uint8Array(length).fill(length), false)
    ),
  );
  for (let round = 0; round < 40; round++) {
    const pushed = data.slice();
    reader.push(pushed);
    pushed.fill(0xee);
    while (reader.messages > (round % 3 === 0 ? 0 : 1)) {
      const payload = round % 2 === 0
        ? reader.takePlain()!
        : reader.take()!.payload;
      wanted.push(payload.length & 0xff);
      kept.push(payload);
    }
  }
  assertEquals(kept.map((each) => each[0]), wanted);
  assert(kept.every((each) => each.every((octet) => octet === each[0])));
  for (const each of kept) {
    const others = kept.filter((other) => other !== each);
    const before = others.map((other) => other[0]);
    each.fill(0xdd);
    assertEquals(others.map((other) => other[0]), before);
  }
});

Deno.test("Who keeps a small message keeps 8 KiB at the most", () => {
  const reader = new MessageReader(10_000);
  const message = concat(...frameMessage(new Uint8Array(100), false));
  reader.push(concat(...Array<Uint8Array>(600).fill(message)));
  let messages = 0;
  for (let next = reader.take(); next; next = reader.take()) {
    messages++;
    assert(next.payload.buffer.byteLength <= 8_192);
  }
  assertEquals(messages, 600);
});

Deno.test("Who keeps a message of 1 KiB keeps 32 KiB at the most", () => {
  const reader = new MessageReader(10_000);
  const message = concat(...frameMessage(new Uint8Array(1_024), false));
  const frame = concat(...Array<Uint8Array>(15).fill(message));
  for (let i = 0; i < 20; i++) reader.push(frame);
  const buffers = new Set<ArrayBufferLike>();
  for (let next = reader.take(); next; next = reader.take()) {
    assert(next.payload.buffer.byteLength <= 32_768);
    buffers.add(next.payload.buffer);
  }
  assert(buffers.size < 30, `${buffers.size} buffers for 300 messages`);
});

Deno.test("What is compressed is not taken as plain", () => {
  const reader = new MessageReader(10);
  reader.push(octets("01 00000001 aa 01 00000001 bb 00 00000001 cc"));
  for (const wanted of ["aa", "bb"]) {
    assertEquals(reader.takePlain(), undefined);
    assertEquals(reader.take()?.payload, octets(wanted));
  }
  assertEquals(reader.takePlain(), octets("cc"));
  assertEquals(reader.takePlain(), undefined);
});

Deno.test("Who transfers a message ends the next one that came into the same array, and never has it wrong", () => {
  const reader = new MessageReader(100);
  const message = (length: number) =>
    frameMessage(new Uint8Array(length).fill(length), false)[0];
  reader.push(concat(message(10), message(90), message(60).subarray(0, 25)));
  reader.take();
  const shared = reader.take()?.payload.buffer as ArrayBuffer;
  structuredClone(shared, { transfer: [shared] });
  refused(
    () => reader.push(message(60).subarray(25)),
    Status.INTERNAL,
    "Cannot read on: a message was received into an array that was transferred with the one before it, copy a message before it is transferred",
  );
});
