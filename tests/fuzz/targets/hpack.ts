import { assert, assertEquals } from "@std/assert";
import {
  type EncodableHeaderField,
  HeaderListTooLargeError,
  HpackDecoder,
  HpackEncoder,
  HpackError,
} from "../../../src/hpack/mod.ts";
import {
  huffmanLength,
  maxHuffmanDecodedLength,
  readHuffman,
  writeHuffman,
} from "../../../src/hpack/huffman.ts";
import {
  MAX_INTEGER,
  MAX_INTEGER_OCTETS,
  readInteger,
  writeInteger,
} from "../../../src/hpack/integer.ts";
import type { Random } from "../../harness/seed.ts";
import { randomFields } from "../inputs/fields.ts";
import { mutate } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

const SIZES = [0, 31, 64, 200, 4_096, 10_000];

/** An input of a decoder: what it grants, and what comes. */
interface Blocks {
  readonly maxTableSize: number;
  readonly maxHeaderListSize: number;
  readonly maxStringLength: number;
  readonly blocks: Uint8Array[];
}

/** Octets of a list as RFC 9113 section 6.5.2 counts them. */
function sizeOf(fields: readonly EncodableHeaderField[]): number {
  return fields.reduce(
    (sum, [name, value]) => sum + name.length + value.length + 32,
    0,
  );
}

/** Blocks are lists or typed errors, and what is held keeps to its limits. */
export const hpackDecoder: Target<Blocks> = {
  name: "hpack-decoder",
  about: "HpackDecoder on octets, in step or not",
  generate(random) {
    const encoder = new HpackEncoder();
    return {
      maxTableSize: random.pick(SIZES),
      maxHeaderListSize: random.pick([0, 100, 1_000, Infinity]),
      maxStringLength: random.pick([0, 10, Infinity]),
      blocks: Array.from(
        { length: 1 + random.below(6) },
        () =>
          random.oneIn(5)
            ? random.octets(random.below(40))
            : mutate(random, encoder.encode(randomFields(random, 6))),
      ),
    };
  },
  run({ blocks, ...limits }) {
    const decoder = new HpackDecoder(limits);
    for (const block of blocks) {
      const before = decoder.snapshot();
      try {
        const fields = decoder.decode(block);
        assert(sizeOf(fields) <= limits.maxHeaderListSize, "A list too large");
        for (const part of fields.flat()) {
          assert(/^[\0-\xff]*$/.test(part), "Characters that are no octets");
        }
      } catch (error) {
        if (error instanceof HeaderListTooLargeError) {
          assert(error.size > limits.maxHeaderListSize);
          continue;
        }
        assert(error instanceof HpackError, `${error}`);
        const { offset } = error;
        assert(offset >= 0 && offset <= block.length, `At ${offset}`);
        assertEquals(errorOf(() => decoder.decode(block)), error);
        return;
      } finally {
        const { size, maxSize, entries } = decoder.snapshot();
        assert(maxSize <= Math.max(limits.maxTableSize, before.maxSize));
        assert(
          size <= maxSize && size === sizeOf(entries),
          "A table too large",
        );
      }
    }
  },
};

/** What happens to an encoder and its decoder. */
type Exchange =
  | { readonly fields: [name: string, value: string][]; sensitive: boolean }
  | { readonly tableSize: number };

/** What was encoded is decoded, and the tables stay equal. */
export const hpackPair: Target<{ huffman: boolean; exchanges: Exchange[] }> = {
  name: "hpack-pair",
  about: "HpackEncoder to HpackDecoder: lists, secrets, table sizes",
  generate: (random) => ({
    huffman: random.oneIn(2),
    exchanges: Array.from(
      { length: 1 + random.below(10) },
      (): Exchange =>
        random.oneIn(4)
          ? { tableSize: random.pick(SIZES) }
          : { fields: randomFields(random, 8), sensitive: random.oneIn(4) },
    ),
  }),
  run({ huffman, exchanges }) {
    const encoder = new HpackEncoder({ huffman });
    const decoder = new HpackDecoder();
    for (const exchange of exchanges) {
      if ("tableSize" in exchange) {
        decoder.setMaxTableSize(exchange.tableSize);
        encoder.setPeerMaxTableSize(exchange.tableSize);
        continue;
      }
      const { fields, sensitive } = exchange;
      const list = fields.map(([name, value]): EncodableHeaderField =>
        sensitive ? [name, value, { sensitive }] : [name, value]
      );
      const block = encoder.encode(list);
      assertEquals(decoder.decode(block), fields);
      if (fields.length === 0) continue;
      assertEquals(decoder.snapshot(), encoder.snapshot());
    }
  },
};

/** Every integer up to the largest is written and read. */
export const integers: Target<{ value: number; prefix: number }> = {
  name: "hpack-integers",
  about: "integers of HPACK with each prefix",
  generate: (random) => ({
    value: Math.min(
      MAX_INTEGER,
      Math.floor(2 ** random.below(32)) + random.below(5) - 2,
    ),
    prefix: 4 + random.below(4),
  }),
  run({ value, prefix }) {
    const integer = Math.max(0, value);
    const bytes = new Uint8Array(MAX_INTEGER_OCTETS);
    const end = writeInteger(bytes, 0, 0, prefix, integer);
    const cursor = { bytes: bytes.subarray(0, end), offset: 0 };
    assertEquals([readInteger(cursor, prefix), cursor.offset], [integer, end]);
    for (let short = 0; short < end; short++) {
      const cut = { bytes: bytes.subarray(0, short), offset: 0 };
      const error = errorOf(() => readInteger(cut, prefix));
      assert(error instanceof HpackError, `${error}`);
    }
  },
};

/** Of octets there is one text or a typed error, and of a text one code. */
export const huffman: Target<{ octets: Uint8Array }> = {
  name: "hpack-huffman",
  about: "Huffman code: octets to text and back",
  generate: (random) => ({ octets: randomCode(random) }),
  run({ octets }) {
    const text = new Uint8Array(maxHuffmanDecodedLength(octets.length));
    let length = 0;
    try {
      length = readHuffman(octets, 0, octets.length, text);
    } catch (error) {
      assert(error instanceof HpackError, `${error}`);
      return;
    }
    assert(length <= text.length, "More octets than the bound");
    const decoded = String.fromCharCode(...text.subarray(0, length));
    assertEquals(coded(decoded), octets);
  },
};

function randomCode(random: Random): Uint8Array {
  const octets = random.octets(random.below(30));
  if (random.oneIn(3)) return octets;
  return mutate(random, coded(String.fromCharCode(...octets)));
}

function coded(text: string): Uint8Array {
  const octets = new Uint8Array(huffmanLength(text));
  assertEquals(writeHuffman(octets, 0, text), octets.length);
  return octets;
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
