import { HpackDecoder, HpackEncoder } from "../../src/hpack/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";
import { fastest } from "../harness/fastest.ts";
import { concat, literal } from "./support.ts";

// What an attacker sends must not cost many times as much, octet for octet, as
// what an honest client does.

const HONEST: [string, string][] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/package.Service/Method"],
  [":authority", "localhost:50051"],
  ["te", "trailers"],
  ["content-type", "application/grpc"],
  ["user-agent", "someone/1.0"],
  ["grpc-timeout", "1000m"],
];

const LENGTH = 65_536;

function repeat(unit: Uint8Array): Uint8Array {
  const whole = new Uint8Array(LENGTH - LENGTH % unit.length);
  for (let at = 0; at < whole.length; at += unit.length) whole.set(unit, at);
  return whole;
}

/** Nanoseconds an octet, for a block that follows others. */
function cost(before: readonly Uint8Array[], block: Uint8Array): number {
  const times = Math.ceil(LENGTH / block.length);
  const milliseconds = fastest(() => {
    const decoder = new HpackDecoder({ maxHeaderListSize: LENGTH });
    for (const each of before) decoder.decode(each);
    for (let i = 0; i < times; i++) {
      try {
        decoder.decode(block);
      } catch {
        // It is too large, or malformed: that costs, too.
      }
    }
  }, 8);
  return milliseconds * 1e6 / (times * block.length);
}

const long = literal(0x40, "x", "v".repeat(4_000));

const ATTACKS: [string, Uint8Array[], Uint8Array][] = [
  ["a long entry, again and again", [long], repeat(Uint8Array.of(0xbe))],
  ["an entry of the static table", [], repeat(Uint8Array.of(0x82))],
  ["tiny literals", [], repeat(literal(0, "a", ""))],
  ["tiny entries that evict others", [], repeat(literal(0x40, "a", ""))],
  ["empty entries that evict others", [], repeat(literal(0x40, "", ""))],
  ["entries of 4 KiB that evict others", [], repeat(long)],
  ["tiny Huffman strings", [], repeat(Uint8Array.of(0x04, 0x81, 0x1f))],
  [
    "a long Huffman string",
    [],
    concat(
      Uint8Array.of(0, 1, 0x78, 0xff, 0x81, 0xfe, 0x02),
      new Uint8Array(49_024),
    ),
  ],
  ["a long string", [], literal(0, "x", "v".repeat(60_000))],
  [
    "table size updates",
    [],
    repeat(Uint8Array.of(0x20, 0x3f, 0xe1, 0x1f)).subarray(0, 32),
  ],
];

for (const [name, before, block] of ATTACKS) {
  Deno.test(`${name}: an octet costs no more than a few of an honest request`, () => {
    const encoder = new HpackEncoder();
    const first = encoder.encode(HONEST);
    const honest = encoder.encode(HONEST);
    assertCostRatio({
      of: () => cost(before, block),
      to: () => cost([first], honest),
      below: 4,
      floor: 0,
    });
  });
}
