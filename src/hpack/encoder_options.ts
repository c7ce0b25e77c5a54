import {
  booleanOption,
  integerOption,
  requireFunction,
  requireKnownKeys,
} from "../options/mod.ts";
import { DEFAULT_TABLE_SIZE } from "./dynamic_table.ts";
import { defaultIndexing, type IndexingPolicy } from "./indexing.ts";
import { MAX_INTEGER } from "./integer.ts";

/** Options for {@linkcode HpackEncoder}. */
export interface HpackEncoderOptions {
  /**
   * The largest dynamic table to keep, in octets, however large a table the
   * peer offers. The table starts with the smaller one of this and 4096, which
   * is what each peer grants before its SETTINGS arrive.
   *
   * @default {4096}
   */
  readonly maxTableSize?: number;
  /**
   * Decides which fields enter the dynamic table. A field that is marked as
   * sensitive is never indexed, whatever this says.
   *
   * @default {defaultIndexing}
   */
  readonly indexing?: IndexingPolicy;
  /**
   * Whether strings that Huffman code makes shorter are written in it.
   *
   * @default {true}
   */
  readonly huffman?: boolean;
}

const KEYS: readonly string[] = ["maxTableSize", "indexing", "huffman"];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If there is an unknown option, or one of a wrong type.
 * @throws {RangeError} If the size is negative, fractional or too large.
 */
export function resolveEncoderOptions(
  options: HpackEncoderOptions,
): Required<HpackEncoderOptions> {
  requireKnownKeys("the options of an HPACK encoder", options, KEYS);
  const { maxTableSize, indexing = defaultIndexing, huffman } = options;
  requireFunction("indexing", indexing);
  return {
    maxTableSize: integerOption(
      "maxTableSize",
      maxTableSize,
      DEFAULT_TABLE_SIZE,
      0,
      MAX_INTEGER,
    ),
    indexing,
    huffman: booleanOption("huffman", huffman, true),
  };
}
