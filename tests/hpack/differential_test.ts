import { assertEquals } from "@std/assert";
import {
  type EncodableHeaderField,
  HpackDecoder,
  HpackEncoder,
  type Indexing,
  OctetBuffer,
} from "../../src/hpack/mod.ts";
import { plain, type RandomHeaders, withHeaders } from "./support.ts";

const ROUNDS = 100;
const BLOCKS = 60;

function randomEncoder(random: RandomHeaders): HpackEncoder {
  const maxTableSize = random.pick([0, 100, 1000, 4096, 20_000]);
  const huffman = !random.oneIn(4);
  if (random.oneIn(2)) return new HpackEncoder({ maxTableSize, huffman });
  const choices: Indexing[] = ["incremental", "incremental", "none", "never"];
  const indexing = () => random.pick(choices);
  return new HpackEncoder({ maxTableSize, huffman, indexing });
}

function changeTableSize(
  random: RandomHeaders,
  encoder: HpackEncoder,
  decoder: HpackDecoder,
): void {
  for (let i = random.below(3); i >= 0; i--) {
    const size = random.pick([0, 33, 200, 4096, random.below(30_000)]);
    decoder.setMaxTableSize(size);
    encoder.setPeerMaxTableSize(size);
  }
}

Deno.test(
  "a decoder understands an encoder, whatever they are given",
  withHeaders((random) => {
    for (let round = 0; round < ROUNDS; round++) {
      const encoder = randomEncoder(random);
      const decoder = new HpackDecoder();
      const lists: EncodableHeaderField[][] = [[]];
      for (let i = 0; i < BLOCKS; i++) {
        if (random.oneIn(12)) changeTableSize(random, encoder, decoder);
        if (random.oneIn(3)) lists.push(random.headers(12));
        const list = random.pick(lists.slice(-4));
        assertEquals(decoder.decode(encoder.encode(list)), plain(list));
      }
      assertEquals(decoder.snapshot(), encoder.snapshot());
    }
  }),
);

Deno.test(
  "a sensitive field stays sensitive through any number of hops",
  withHeaders((random) => {
    const encoder = new HpackEncoder({ indexing: () => "incremental" });
    const decoder = new HpackDecoder();
    for (let i = 0; i < 300; i++) {
      const list = random.headers(8);
      assertEquals(decoder.decodeForForwarding(encoder.encode(list)), list);
    }
  }),
);

Deno.test(
  "a header list over the limit never brings a decoder out of step",
  withHeaders((random) => {
    for (let round = 0; round < ROUNDS; round++) {
      const encoder = randomEncoder(random);
      const limit = random.below(1000);
      const decoder = new HpackDecoder({ maxHeaderListSize: limit });
      for (let i = 0; i < 20; i++) {
        if (random.oneIn(12)) changeTableSize(random, encoder, decoder);
        const list = random.headers(20);
        const size = list.reduce(
          (n, f) => n + f[0].length + f[1].length + 32,
          0,
        );
        const block = encoder.encode(list);
        try {
          assertEquals(decoder.decode(block), plain(list));
          assertEquals(size <= limit, true);
        } catch (error) {
          const { name, size: told } = error as Error & { size?: number };
          assertEquals([name, told], ["HeaderListTooLargeError", size]);
          assertEquals(size > limit, true);
        }
        assertEquals(decoder.snapshot(), encoder.snapshot());
      }
    }
  }),
);

Deno.test(
  "blocks are the same in a sink as on their own",
  withHeaders((random) => {
    const one = new HpackEncoder();
    const other = new HpackEncoder();
    const sink = new OctetBuffer();
    for (let i = 0; i < 500; i++) {
      const list = random.headers(10);
      for (let repeat = random.below(5); repeat >= 0; repeat--) {
        const start = sink.length;
        const length = one.encodeInto(sink, list);
        assertEquals(sink.length - start, length);
        assertEquals(sink.octets().slice(start), other.encode(list));
      }
      sink.truncate(random.below(sink.length + 1));
    }
  }),
);
