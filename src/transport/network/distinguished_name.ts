import { type Element, elementsOf } from "./der.ts";

/** Short names of attribute types, by the octets of their OIDs (RFC 4514). */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ["85,4,3", "CN"],
  ["85,4,5", "serialNumber"],
  ["85,4,6", "C"],
  ["85,4,7", "L"],
  ["85,4,8", "ST"],
  ["85,4,9", "STREET"],
  ["85,4,10", "O"],
  ["85,4,11", "OU"],
  ["9,146,38,137,147,242,44,100,1,1", "UID"],
  ["9,146,38,137,147,242,44,100,1,25", "DC"],
  ["42,134,72,134,247,13,1,9,1", "emailAddress"],
]);

/** The encodings of the kinds of string that are read, by their tags. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [0x0c, "utf-8"],
  [0x13, "latin1"],
  [0x14, "latin1"],
  [0x16, "latin1"],
  [0x1e, "utf-16be"],
]);

/** What RFC 4514 section 2.4 has escaped, wherever it stands. */
const SPECIAL = /["+,;<>\\]/g;

/**
 * A name of X.501 on one line, in the way of RFC 4514: the last attribute,
 * which tells most, comes first, and values cannot be taken for attributes.
 *
 * @param name The SEQUENCE of its relative names.
 */
export function distinguishedName(name: Element): string {
  return elementsOf(name.contents)
    .map((relative) => elementsOf(relative.contents).map(attribute).join("+"))
    .reverse()
    .join(", ");
}

function attribute({ contents }: Element): string {
  const [type, value] = elementsOf(contents);
  if (value === undefined) {
    throw new RangeError("Cannot read a name: an attribute has no value");
  }
  const short = SHORT_NAMES.get(type.contents.join());
  const text = short === undefined ? undefined : textOf(value);
  return text === undefined
    ? `${short ?? dotted(type.contents)}=#${encoded(value).toHex()}`
    : `${short}=${escaped(text)}`;
}

/** A value in DER, as it was: its tag, its length, its contents. */
function encoded({ tag, contents }: Element): Uint8Array {
  const { length } = contents;
  const digits = [length >> 16, length >> 8 & 0xff, length & 0xff];
  const used = digits.slice(length > 0xffff ? 0 : length > 0xff ? 1 : 2);
  const head = length < 0x80 ? [length] : [0x80 | used.length, ...used];
  return new Uint8Array([tag, ...head, ...contents]);
}

function textOf({ tag, contents }: Element): string | undefined {
  const encoding = ENCODINGS.get(tag);
  if (encoding === undefined) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
      .decode(contents);
  } catch {
    return undefined;
  }
}

/** Controls and line ends are escaped, too: what is told stays on its line. */
function escaped(text: string): string {
  return text
    .replace(SPECIAL, "\\$&")
    .replace(/^[ #]|(?<!^) $/g, "\\$&")
    .replace(
      /[\p{Cc}\u2028\u2029]/gu,
      (one) =>
        [...new TextEncoder().encode(one)]
          .map((octet) => `\\${octet.toString(16).padStart(2, "0")}`)
          .join(""),
    );
}

/** The numbers of an OID (X.690 section 8.19). */
function dotted(octets: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const octet of octets) {
    number = number * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(Math.trunc(first / 40), 2);
  return [root, first - 40 * root, ...rest].join(".");
}
