import type { HeaderField } from "../hpack/mod.ts";
import { fromBase64 } from "./base64.ts";

/** Octet values that are read from one field; each costs more than its octets. */
const MAX_JOINED_VALUES = 100;

/** One value that is decoded for certain: most are, which costs no decoding. */
const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Longer values are looked through once. */
const LONGEST_LOOKED_AT_AGAIN = 256;

/**
 * Longer fields that can be decoded. A field that comes from the compression
 * table is the same object each time, and an octet on the wire: thousands of
 * characters are not to be looked through for it again and again.
 */
const DECODABLE = new WeakSet<HeaderField>();

/**
 * What is wrong with the first `-bin` field that cannot be decoded, if there
 * is one: its call is to fail, as in grpc-go. The value is not told.
 */
export function binaryProblem(
  fields: readonly HeaderField[],
): string | undefined {
  for (const field of fields) {
    const name = field[0];
    if (!name.endsWith("-bin") || DECODABLE.has(field)) continue;
    const value = field[1];
    if (BASE64.test(value) || !octetsOf(value).includes(undefined)) {
      if (value.length > LONGEST_LOOKED_AT_AGAIN) DECODABLE.add(field);
      continue;
    }
    return `Received malformed metadata "${name}": expected Base64, at most ${MAX_JOINED_VALUES} values in a field`;
  }
}

/**
 * The values of a field: "Implementations MUST split Binary-Headers on ','
 * before decoding" (gRPC over HTTP/2, Custom-Metadata). One that is no Base64
 * is `undefined`; what is above the limit is one, too.
 */
export function octetsOf(value: string): (Uint8Array | undefined)[] {
  if (value === "") return [new Uint8Array(0)];
  const parts = value.split(",", MAX_JOINED_VALUES + 1);
  const values = parts.slice(0, MAX_JOINED_VALUES)
    .filter((part) => part.trim() !== "")
    .map((part) => fromBase64(part));
  return parts.length > MAX_JOINED_VALUES ? [...values, undefined] : values;
}
