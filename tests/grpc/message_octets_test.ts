import { assert, assertEquals, assertThrows } from "@std/assert";
import { getHeapSpaceStatistics } from "node:v8";
import {
  messageOctets,
  weigh,
} from "../../src/grpc/messages/message_octets.ts";

/** Arrays that weigh more than they are counted as weighing that. */
const MOST = 262_144;

/** Octets of V8's heap that are used; what lies outside is not counted. */
function used(): number {
  return getHeapSpaceStatistics().reduce(
    (sum, { space_used_size }) => sum + space_used_size,
    0,
  );
}

/** Octets of the heap that something takes, beside what measuring takes. */
function taken(run: () => void): number {
  measured(run); // What is run first is compiled, which takes more.
  return measured(run) - measured(() => {});
}

/** The median: while the heap is collected, some in a row are too small. */
function measured(run: () => void): number {
  const each = Array.from({ length: 101 }, () => {
    const before = used();
    run();
    return used() - before;
  });
  return each.sort((a, b) => a - b)[50];
}

/** What short ones weigh is measured of many: measuring is off by some. */
function requireWeight(octets: number, expected: number): void {
  const count = expected <= 4_096 ? 16 : 1;
  const weight = taken(() => {
    for (let i = 0; i < count; i++) weigh(octets);
  });
  const isRight = Math.abs(weight - count * expected) <= 4_096;
  assert(isRight, `${count} of ${octets} octets weigh ${weight}`);
}

Deno.test("an array for messages weighs as much as its octets", () => {
  for (const octets of [2_056, 4_096, 16_384, 65_536, MOST]) {
    requireWeight(octets, octets);
  }
});

Deno.test("one of 2 KiB or less weighs nothing, and none more than 256 KiB", () => {
  for (const octets of [0, 1, 1_024, 2_048]) requireWeight(octets, 0);
  for (
    const octets of [MOST + 1, 1e6, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53]
  ) {
    requireWeight(octets, MOST);
  }
});

Deno.test("what is no length weighs nothing, or as much as the longest, and throws nothing", () => {
  for (const octets of [NaN, -1, -Infinity, -(2 ** 32)]) {
    requireWeight(octets, 0);
  }
  requireWeight(Infinity, MOST);
  requireWeight(65_536.5, 65_536);
});

Deno.test("many weigh the sum of each, and in pieces no more than together", () => {
  const times = (count: number, octets: number) => () => {
    for (let i = 0; i < count; i++) weigh(octets);
  };
  const one = taken(times(1, 8_192));
  for (const count of [4, 16, 32]) {
    const ratio = taken(times(count, 8_192)) / (count * one);
    assert(ratio > 0.9 && ratio < 1.1, `${count} weigh ${ratio} of their sum`);
  }
  const whole = taken(times(1, MOST));
  for (const pieces of [2, 16, 64, 128, 256]) {
    const weight = taken(times(pieces, MOST / pieces));
    // Beside what each array has of its own, the end of a page may be left.
    const bound = whole + MOST / pieces + pieces * 64;
    assert(weight <= bound, `${pieces} pieces weigh ${weight} of ${bound}`);
  }
});

Deno.test("of all that were weighed only the last one's weight is held", () => {
  const before = used();
  for (let i = 0; i < 2_000; i++) weigh(MOST);
  const more = used() - before;
  // Half a gigabyte was weighed; the young part of the heap holds some of it.
  assert(more < 6.4e7, `${more} octets more are used`);
});

Deno.test("an array for messages has its length, is empty, and is nobody else's", () => {
  for (const length of [0, 5, 2_048, 2_049, 300_000]) {
    const octets = messageOctets(length);
    assertEquals(octets.byteOffset, 0);
    assertEquals(octets.buffer.byteLength, length);
    assert(octets.every((octet) => octet === 0));
    assert(messageOctets(length).buffer !== octets.buffer);
  }
  for (const length of [-1, Infinity]) {
    assertThrows(() => messageOctets(length), RangeError);
  }
});
