import { assert } from "@std/assert";
import {
  HeaderListTooLargeError,
  HpackDecoder,
  HpackEncoder,
  HpackError,
} from "../../src/hpack/mod.ts";
import { hex, type Random, withSeed } from "./support.ts";

function randomDecoder(random: Random): HpackDecoder {
  const decoder = new HpackDecoder({
    maxTableSize: random.pick([0, 64, 4096]),
    maxHeaderListSize: random.pick([0, 200, Infinity]),
    maxStringLength: random.pick([10, Infinity]),
  });
  if (random.oneIn(3)) decoder.setMaxTableSize(random.below(5000));
  return decoder;
}

/** Decodes; says whether the decoder can go on. */
function survives(decoder: HpackDecoder, block: Uint8Array): boolean {
  try {
    decoder.decode(block);
    return true;
  } catch (error) {
    const isTyped = error instanceof HpackError ||
      error instanceof HeaderListTooLargeError;
    assert(isTyped, `${hex(block)} threw ${error}`);
    if (error instanceof HpackError) {
      assert(error.offset >= 0 && error.offset <= block.length);
      return false;
    }
    return true;
  }
}

Deno.test(
  "random octets are decoded or refused with a typed error",
  withSeed((random) => {
    for (let i = 0; i < 20_000; i++) {
      const decoder = randomDecoder(random);
      let blocks = 0;
      while (
        blocks++ < 10 &&
        survives(decoder, random.octets(random.below(40)))
      );
    }
  }),
);

Deno.test(
  "blocks with a few octets changed are decoded or refused with a typed error",
  withSeed((random) => {
    for (let i = 0; i < 5_000; i++) {
      const encoder = new HpackEncoder();
      const decoder = randomDecoder(random);
      let blocks = 0;
      while (blocks++ < 10) {
        const block = encoder.encode(random.headers(6));
        for (let changes = random.below(3); changes > 0; changes--) {
          block[random.below(block.length)] = random.below(0x100);
        }
        const end = random.oneIn(8) ? random.below(block.length) : undefined;
        if (!survives(decoder, block.subarray(0, end))) break;
      }
    }
  }),
);
