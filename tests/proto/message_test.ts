import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import {
  bool,
  bytes,
  byteses,
  DecodeError,
  int32,
  int32s,
  int64,
  MAX_DEPTH,
  message,
  messages,
  type MessageType,
  messageType,
  optionalInt32,
  optionalText,
  text,
  texts,
} from "../../src/proto/mod.ts";
import { withSeed } from "../harness/seed.ts";

const Point = messageType({ x: int32(1), y: int64(2) });

const All = messageType({
  number: int64(1),
  small: int32(2),
  flag: bool(3),
  name: text(4),
  octets: bytes(5),
  chosenText: optionalText(6),
  chosenNumber: optionalInt32(7),
  names: texts(8),
  numbers: int32s(9),
  blobs: byteses(10),
  point: message(11, () => Point),
  points: messages(12, () => Point),
});

const octetsOf = (...octets: number[]) => Uint8Array.from(octets);

Deno.test("a message without fields has each of them as it is when it does not occur", () => {
  assertEquals(All.encode({}), octetsOf());
  assertEquals(All.decode(octetsOf()), {
    number: 0,
    small: 0,
    flag: false,
    name: "",
    octets: octetsOf(),
    chosenText: undefined,
    chosenNumber: undefined,
    names: [],
    numbers: [],
    blobs: [],
    point: undefined,
    points: [],
  });
});

Deno.test("what is written is read again", () => {
  const full = {
    number: 2 ** 53 - 1,
    small: -2,
    flag: true,
    name: "ä€😀",
    octets: octetsOf(0, 255),
    chosenText: "",
    chosenNumber: 0,
    names: ["", "a"],
    numbers: [0, -1, 2 ** 31 - 1],
    blobs: [octetsOf(), octetsOf(1)],
    point: { x: 0, y: -(2 ** 40) },
    points: [{ x: 1, y: 0 }, { x: 0, y: 0 }],
  };
  assertEquals(All.decode(All.encode(full)), full);
});

Deno.test("what is left out or as it is without does not occur, what is chosen does", () => {
  assertEquals(All.encode({ number: 0, name: "", flag: false }), octetsOf());
  assertEquals(All.encode({ chosenText: "" }), octetsOf(0x32, 0));
  assertEquals(All.encode({ point: {} }), octetsOf(0x5a, 0));
});

Deno.test("numbers are those of protobuf-es", () => {
  const Timestamp = messageType({ seconds: int64(1), nanos: int32(2) });
  for (
    const seconds of [
      0,
      1,
      -1,
      127,
      128,
      2 ** 31,
      -(2 ** 31),
      2 ** 52,
      -(2 ** 52),
    ]
  ) {
    for (const nanos of [0, 1, -1, 999_999_999, -(2 ** 31)]) {
      const theirs = toBinary(
        TimestampSchema,
        create(TimestampSchema, { seconds: BigInt(seconds), nanos }),
      );
      assertEquals(Timestamp.encode({ seconds, nanos }), theirs);
      assertEquals(Timestamp.decode(theirs), { seconds, nanos });
      const ours = fromBinary(
        TimestampSchema,
        Timestamp.encode({ seconds, nanos }),
      );
      assertEquals([Number(ours.seconds), ours.nanos], [seconds, nanos]);
    }
  }
});

Deno.test("repeated numbers are read packed and one by one, together too", () => {
  const octets = octetsOf(0x48, 1, 0x4a, 2, 2, 3, 0x48, 4);
  assertEquals(All.decode(octets).numbers, [1, 2, 3, 4]);
});

Deno.test("a message that occurs twice is one, the last of a number counts", () => {
  const twice = octetsOf(0x5a, 2, 8, 1, 0x5a, 2, 16, 2, 8, 5, 8, 6);
  assertEquals(All.decode(twice).point, { x: 1, y: 2 });
  assertEquals(All.decode(twice).number, 6);
});

Deno.test("fields that are not known, or of another type, are left out", () => {
  const known = [0x10, 7];
  for (
    const unknown of [
      [0xa0, 0x06, 1], // field 100, a varint
      [0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
      [0xa2, 0x06, 2, 1, 2],
      [0xa5, 0x06, 1, 2, 3, 4],
      [0xa3, 0x06, 0x08, 1, 0xab, 0x06, 0xac, 0x06, 0xa4, 0x06], // groups
      [0x12, 1, 9], // field 2 with a length
    ]
  ) {
    const message = All.decode(octetsOf(...unknown, ...known, ...unknown));
    assertEquals(message.small, 7, `${unknown}`);
  }
});

Deno.test("what is no message is refused, with the place", () => {
  const bad: [octets: number[], about: string][] = [
    [[0x08], "varint"],
    [[0x08, ...new Array(10).fill(0xff), 1], "varint"],
    [[0x00, 1], "field number"],
    [[0x22, 5, 1], "5 octets"],
    [[0x22, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "octets"],
    [[0x22, 1, 0xff], "UTF-8"],
    [[0xa1, 0x06, 1], "8 octets"],
    [[0xa4, 0x06], "end of a group"],
    [[0xa3, 0x06], "varint"],
    [[0xa3, 0x06, 0xac, 0x06], "end of its group"],
    [[0xa6, 0x06], "wire type"],
    [[0x5a, 3, 8, 1], "3 octets"],
    [[0x5a, 1, 8], "varint"],
    [[0x4a, 1, 0x80], "varint"],
    [new Array(101).fill(0x0b), "100 groups"],
  ];
  for (const [octets, about] of bad) {
    assertThrows(() => All.decode(octetsOf(...octets)), DecodeError, about);
  }
});

interface Chain {
  readonly next: Chain | undefined;
}

const Chain: MessageType<Chain> = messageType({
  next: message(1, (): MessageType<Chain> => Chain),
});

Deno.test(`messages lie in each other ${MAX_DEPTH} times at the most`, () => {
  const chain = (length: number) => {
    let octets = octetsOf();
    for (let i = 0; i < length; i++) {
      octets = Chain.encode({}).length === 0 && octets.length < 128
        ? Uint8Array.from([0x0a, octets.length, ...octets])
        : Uint8Array.from([
          0x0a,
          octets.length & 0x7f | 0x80,
          octets.length >> 7,
          ...octets,
        ]);
    }
    return octets;
  };
  Chain.decode(chain(MAX_DEPTH));
  assertThrows(() => Chain.decode(chain(MAX_DEPTH + 1)), DecodeError, "100");
});

Deno.test(
  "random octets are a message or a DecodeError",
  withSeed((random) => {
    for (let i = 0; i < 20_000; i++) {
      readOrRefuse(random.octets(random.below(40)));
    }
  }),
);

Deno.test(
  "damaged messages are a message or a DecodeError",
  withSeed((random) => {
    const octets = All.encode({
      name: "abc",
      numbers: [1, 300],
      points: [{ x: 1, y: 2 }, { x: 3 }],
    });
    for (let i = 0; i < 20_000; i++) {
      const damaged = octets.slice();
      damaged[random.below(damaged.length)] = random.below(256);
      readOrRefuse(damaged);
    }
  }),
);

function readOrRefuse(octets: Uint8Array): void {
  try {
    All.decode(octets);
  } catch (error) {
    assertInstanceOf(error, DecodeError);
  }
}
