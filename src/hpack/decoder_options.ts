import {
  integerOption,
  octetsOption,
  requireKnownKeys,
} from "../options/mod.ts";
import { DEFAULT_TABLE_SIZE } from "./dynamic_table.ts";
import { MAX_INTEGER } from "./integer.ts";

/** Options for {@linkcode HpackDecoder}. */
export interface HpackDecoderOptions {
  /**
   * The limit for the dynamic table that holds from the first block on, in
   * octets. On an HTTP/2 connection that is 4096, whatever the first SETTINGS
   * say, until the peer has acknowledged them: see
   * {@linkcode HpackDecoder.setMaxTableSize}.
   *
   * @default {4096}
   */
  readonly maxTableSize?: number;
  /**
   * The SETTINGS_MAX_HEADER_LIST_SIZE: for each field, the octets of its name
   * and of its value, and 32
   * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | RFC 9113 section 6.5.2}).
   *
   * @default {Infinity}
   */
  readonly maxHeaderListSize?: number;
  /**
   * The size of a list, counted likewise, above which decoding is given up: an
   * {@linkcode HpackError} with the reason `"list-too-large"`. A block of a few
   * octets can stand for a list of megabytes.
   *
   * @default {Infinity}
   */
  readonly absoluteMaxHeaderListSize?: number;
  /**
   * The longest name or value in octets, after Huffman decoding. A longer one
   * is a compression error, as RFC 7541 section 7.4 allows; a
   * `maxHeaderListSize` is kinder. `Infinity` leaves the bound to whoever
   * bounds the block: at most 8 octets come out of 5.
   *
   * @default {Infinity}
   */
  readonly maxStringLength?: number;
}

const KEYS: readonly string[] = [
  "maxTableSize",
  "maxHeaderListSize",
  "absoluteMaxHeaderListSize",
  "maxStringLength",
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If there is an unknown option, or one of a wrong type.
 * @throws {RangeError} If a size is negative, fractional or too large.
 */
export function resolveDecoderOptions(
  options: HpackDecoderOptions,
): Required<HpackDecoderOptions> {
  requireKnownKeys("the options of an HPACK decoder", options, KEYS);
  const limit = (name: Exclude<keyof HpackDecoderOptions, "maxTableSize">) =>
    octetsOption(name, options[name], Infinity);
  return {
    maxTableSize: integerOption(
      "maxTableSize",
      options.maxTableSize,
      DEFAULT_TABLE_SIZE,
      0,
      MAX_INTEGER,
    ),
    maxHeaderListSize: limit("maxHeaderListSize"),
    absoluteMaxHeaderListSize: limit("absoluteMaxHeaderListSize"),
    maxStringLength: limit("maxStringLength"),
  };
}
