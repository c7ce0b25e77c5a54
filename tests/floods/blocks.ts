import { type HeaderField, HpackEncoder } from "../../src/hpack/mod.ts";
import { writeInteger } from "../../src/hpack/integer.ts";

/** The fields of a request. */
export function requestFields(
  path: string,
  extra: readonly HeaderField[] = [],
): HeaderField[] {
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "arena"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ...extra,
  ];
}

/** A header block that neither needs nor changes a table. */
export function block(fields: readonly HeaderField[]): Uint8Array {
  return new HpackEncoder({ indexing: () => "none" }).encode(fields);
}

/** A request that neither needs nor changes a table. */
export function request(
  path: string,
  extra: readonly HeaderField[] = [],
): Uint8Array {
  return block(requestFields(path, extra));
}

/** The head of a response. */
export const RESPONSE: Uint8Array = block([
  [":status", "200"],
  ["content-type", "application/grpc"],
]);

/** A literal, without Huffman code; 0x40 enters it into the table. */
export function literal(
  first: number,
  name: string,
  value: string,
): Uint8Array {
  return join(Uint8Array.of(first), string(name), string(value));
}

/** A string whose code is so many octets. */
export function huffman(octets: Uint8Array): Uint8Array {
  return join(length(octets.length, 0x80), octets);
}

/** Joins octets. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The same octets again and again, as far as they fit. */
export function repeat(unit: Uint8Array, most: number): Uint8Array {
  return join(
    ...Array.from({ length: Math.floor(most / unit.length) }, () => unit),
  );
}

/** A message with its prefix. */
export function message(
  octets: number,
  sent: number = octets,
  flag = 0,
): Uint8Array {
  const framed = new Uint8Array(5 + sent);
  framed[0] = flag;
  new DataView(framed.buffer).setUint32(1, octets);
  return framed;
}

function string(text: string): Uint8Array {
  return join(
    length(text.length, 0),
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
}

function length(value: number, first: number): Uint8Array {
  const octets = new Uint8Array(6);
  return octets.subarray(0, writeInteger(octets, 0, first, 7, value));
}
