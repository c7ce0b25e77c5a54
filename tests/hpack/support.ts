import { Random, withSeed } from "../harness/seed.ts";
import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackError,
  type HpackErrorReason,
} from "../../src/hpack/mod.ts";
import { writeInteger } from "../../src/hpack/integer.ts";

/** Octets from hexadecimal digits; spaces and line ends are ignored. */
export function octets(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Hexadecimal digits of octets. */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0"))
    .join("");
}

/** Joins octets, each given as hexadecimal digits or as they are. */
export function concat(...parts: (string | Uint8Array)[]): Uint8Array {
  return octets(
    parts.map((part) => typeof part === "string" ? part : hex(part)).join(""),
  );
}

/** Runs a function that must throw an HpackError, and returns the error. */
export function assertHpackError(
  run: () => unknown,
  reason: HpackErrorReason,
  offset: number,
  text: string,
): HpackError {
  try {
    run();
  } catch (error) {
    assertInstanceOf(error, HpackError);
    assertEquals([error.reason, error.offset], [reason, offset]);
    assertEquals(
      error.message,
      `Cannot decode the header block at octet ${offset}: ${text}`,
    );
    return error;
  }
  throw new Error(`Expected an HpackError of reason ${reason}, none came`);
}

/** The name and value of each field. */
export function plain(fields: readonly EncodableHeaderField[]): HeaderField[] {
  return fields.map(([name, value]) => [name, value]);
}

/** A test body with random header lists, and a failure that names the seed. */
export function withHeaders(
  run: (random: RandomHeaders) => void | Promise<void>,
): () => Promise<void> {
  return withSeed(run, (seed) => new RandomHeaders(seed));
}

/** Random header lists, and what they are made of. */
export class RandomHeaders extends Random {
  /** A string of random octets up to a length. */
  text(maxLength: number): string {
    const isAscii = this.below(4) > 0;
    let text = "";
    for (let i = this.below(maxLength + 1); i > 0; i--) {
      text += String.fromCharCode(
        isAscii ? 0x20 + this.below(0x5f) : this.below(0x100),
      );
    }
    return text;
  }

  /** A header list with fields that repeat, fields that do not, and secrets. */
  headers(maxLength: number): EncodableHeaderField[] {
    return Array.from({ length: this.below(maxLength + 1) }, () => {
      const name = this.oneIn(8) ? this.text(30) : this.pick(NAMES);
      const value = this.oneIn(4)
        ? this.text(this.oneIn(20) ? 1000 : 60)
        : this.pick(VALUES);
      return this.oneIn(8)
        ? [name, value, { sensitive: true }] as const
        : [name, value] as const;
    });
  }
}

const NAMES = [
  ":method",
  ":path",
  ":scheme",
  ":status",
  ":authority",
  "authorization",
  "content-length",
  "content-type",
  "cookie",
  "custom-key",
  "grpc-status",
  "grpc-timeout",
  "te",
  "user-agent",
  "x",
];

const VALUES = [
  "",
  "/",
  "/helloworld.Greeter/SayHello",
  "/helloworld.Greeter/SayBye",
  "200",
  "application/grpc",
  "GET",
  "http",
  "POST",
  "trailers",
  "0",
  "\u00ff\u0000",
];

/** A literal field with a literal name and no Huffman code (section 6.2). */
export function literal(
  first: 0x00 | 0x10 | 0x40,
  name: string,
  value: string,
): Uint8Array {
  return Uint8Array.from([
    first,
    ...stringLiteral(name),
    ...stringLiteral(value),
  ]);
}

function stringLiteral(text: string): number[] {
  const target = new Uint8Array(6);
  const length = target.subarray(0, writeInteger(target, 0, 0, 7, text.length));
  return [...length, ...Array.from(text, (char) => char.charCodeAt(0))];
}
