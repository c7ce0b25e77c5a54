import { concat, octets } from "../../harness/octets.ts";
import { BOTH, type Row, rows } from "../row.ts";
import type { Stage } from "../stage.ts";

const COMPRESSION = "connection COMPRESSION_ERROR";
const CALM = "connection ENHANCE_YOUR_CALM";

/** A field of 4,001 octets for the dynamic table. */
const ENTRY = octets(`40 01 78 7f a1 1e ${"79".repeat(4_000)}`);

/** The peer begins a message with a block of these octets. */
function block(digits: string): (stage: Stage) => void {
  return (stage) => stage.begin(octets(digits));
}

/** RFC 7541, and section 4.3 of RFC 9113. */
export const COMPRESSION_ROWS: readonly Row[] = [
  ...rows("7541 2.3.3", "indices beyond both tables", BOTH, COMPRESSION, {
    "an indexed field": block("be"),
    "the name of a literal": block("7f 07 00"),
    "the name of a literal that is not indexed": block("0f 40 00"),
  }),
  ...rows(
    "7541 4.2",
    "a size update is the first thing in a block",
    BOTH,
    COMPRESSION,
    {
      "after a field": block("88 20"),
    },
  ),
  ...rows("7541 4.2", "size updates at the beginning", BOTH, COMPRESSION, {
    "seventeen of them, and no end in sight": block("20".repeat(17)),
  }),
  ...rows("7541 5.1", "integers beyond what is reasonable", BOTH, COMPRESSION, {
    "an index of 2^70": block("ff ff ff ff ff ff ff ff ff ff ff 7f"),
    "a length of 2^32": block("00 7f 81 ff ff ff 0f"),
  }),
  ...rows("7541 5.1", "an integer that is cut off", BOTH, COMPRESSION, {
    "an index": block("ff"),
    "a length": block("00 7f"),
  }),
  ...rows("7541 5.2", "a string that is cut off", BOTH, COMPRESSION, {
    "a value": block("00 01 78 05 79"),
    "a name": block("00 05 78"),
  }),
  ...rows("7541 5.2", "Huffman padding", BOTH, COMPRESSION, {
    "longer than 7 bits": block("00 01 78 82 f3 ff"),
    "of zeros": block("00 01 78 81 f0"),
    "a whole octet of it": block("00 01 78 81 ff"),
  }),
  ...rows("7541 5.2", "a Huffman string with EOS", BOTH, COMPRESSION, {
    "in a value": block("00 01 78 84 ff ff ff ff"),
  }),
  ...rows("7541 6.1", "the index 0 is not used", BOTH, COMPRESSION, {
    "an indexed field": block("80"),
  }),
  ...rows("7541 6.3", "a size above HEADER_TABLE_SIZE", BOTH, COMPRESSION, {
    "4,097": block("3f e2 1f"),
  }),
  ...rows(
    "4.3",
    "blocks are decompressed even if they are discarded",
    BOTH,
    COMPRESSION,
    {
      "garbage on a stream that was reset": (stage) =>
        stage.trailers(stage.reset, octets("80")),
      "garbage on a stream that the peer has ended": (stage) =>
        stage.trailers(stage.done, octets("80")),
      "garbage in CONTINUATION": (stage) => {
        stage.beginBlock();
        stage.continueBlock(stage.fresh, octets("80"), true);
      },
    },
  ),
  ...rows("10.5.1", "limits on the size of field blocks", BOTH, CALM, {
    "a list of 400,000 octets": (stage) => {
      stage.begin(concat(stage.head(), ENTRY));
      stage.trailers(stage.open, octets("be".repeat(100)));
    },
    "CONTINUATION without an end": (stage) => {
      stage.beginBlock();
      for (let i = 0; i < 17; i++) {
        stage.continueBlock(stage.fresh, new Uint8Array(16_384), false);
      }
    },
    "empty CONTINUATION": (stage) => {
      stage.beginBlock();
      stage.continueBlock(stage.fresh, new Uint8Array(0), false);
    },
  }),
  ...rows(
    "10.5.1",
    "a list above the limit",
    BOTH,
    "stream open ENHANCE_YOUR_CALM",
    {
      "trailers of 80,000 octets": (stage) => {
        stage.begin(concat(stage.head(), ENTRY));
        stage.trailers(stage.open, octets("be".repeat(20)));
      },
    },
  ),
];
