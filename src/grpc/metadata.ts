import { display } from "../options/mod.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { showLengths } from "./show_lengths.ts";
import type { EncodableHeaderField, HeaderField } from "../hpack/mod.ts";

/** Octet values that are read from one field; each costs more than its octets. */
const MAX_JOINED_VALUES = 100;

/** A value: text in printable ASCII, or octets under a key that ends `-bin`. */
export type MetadataValue = string | Uint8Array;

/** What {@linkcode Metadata} can be made of. */
export type MetadataInit =
  | Metadata
  | Record<string, MetadataValue>
  | Iterable<readonly [key: string, value: MetadataValue]>;

const KEY = /^[0-9a-z_.-]+$/;
const TEXT = /^[\x20-\x7e]*$/;

/**
 * Fields of one hop: who reads metadata may know them, but they say something
 * about that hop, and must not travel on with the rest.
 */
const OF_THE_HOP: ReadonlySet<string> = new Set([
  "accept-encoding",
  "content-length",
  "grpc-previous-rpc-attempts",
  "host",
  "user-agent",
]);

/** Fields that gRPC and HTTP/2 keep for themselves or do without. */
const RESERVED: ReadonlySet<string> = new Set([
  "connection",
  "content-type",
  "te",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-message-type",
  "grpc-status",
  "grpc-timeout",
  "keep-alive",
  "keepalive-policy",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "x-keepalive-heartbeat",
]);

/**
 * Custom metadata of a call: keys, which may repeat, and values. The value of a
 * key that ends with `-bin` is octets, any other is text
 * ({@link https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests | gRPC over HTTP/2, Custom-Metadata}).
 *
 * Metadata that was received can be sent on as it came: peers send keys and
 * text that a `set` refuses, such as Latin-1, and HTTP/2 carries them. White
 * space around a value is not part of it. `user-agent`, `host`,
 * `accept-encoding`, `content-length` and `grpc-previous-rpc-attempts` are
 * about the hop that they came over: `get`, `getAll` and `has` know them, but
 * they are not among the entries and are not sent on.
 *
 * `console.log` shows the keys and how long the values are: metadata carries
 * credentials. Print `[...metadata]` where they may be read.
 *
 * @example Text and octets
 * ```ts
 * import { Metadata } from "@keepalive/grpc";
 *
 * const metadata = new Metadata({ "x-user": "deno" });
 * metadata.append("x-trace-bin", new Uint8Array([1, 2, 3]));
 * console.log(metadata.get("x-user")); // deno
 * ```
 */
export class Metadata implements Iterable<[string, MetadataValue]> {
  #entries: [string, MetadataValue][] = [];
  #ofTheHop: [string, string][] | undefined;

  /**
   * Takes over keys and values; those of other metadata as they are.
   *
   * @throws {TypeError} If a key or a value is not allowed.
   */
  constructor(init: MetadataInit = []) {
    if (init instanceof Metadata) {
      this.#entries = [...init.#entries];
      return;
    }
    if (typeof init !== "object" || init === null) {
      throw new TypeError(
        `Cannot use metadata: expected a Metadata, an object, or an iterable of [key, value], received ${
          display(init)
        }`,
      );
    }
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const entry of entries) this.append(...requirePair(entry));
  }

  /** The first value of a key. */
  get(key: string): MetadataValue | undefined {
    const name = key.toLowerCase();
    const isName = ([known]: [string, MetadataValue]) => known === name;
    return (this.#entries.find(isName) ?? this.#ofTheHop?.find(isName))?.[1];
  }

  /** All values of a key. */
  getAll(key: string): MetadataValue[] {
    const name = key.toLowerCase();
    return [...this.#entries, ...this.#ofTheHop ?? []]
      .filter(([known]) => known === name)
      .map(([, value]) => value);
  }

  /** Whether there is a value under a key. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /**
   * Replaces all values of a key.
   *
   * @throws {TypeError} If the key or the value is not allowed.
   */
  set(key: string, value: MetadataValue): void {
    const entry = checkEntry(key, value);
    this.delete(key);
    this.#entries.push(entry);
  }

  /**
   * Adds a value to those of a key.
   *
   * @throws {TypeError} If the key or the value is not allowed.
   */
  append(key: string, value: MetadataValue): void {
    this.#entries.push(checkEntry(key, value));
  }

  /** Removes all values of a key. */
  delete(key: string): void {
    const name = key.toLowerCase();
    this.#entries = this.#entries.filter(([known]) => known !== name);
  }

  /** The keys and values in order. */
  [Symbol.iterator](): Iterator<[string, MetadataValue]> {
    return this.#entries.values();
  }

  /** The number of values. */
  get size(): number {
    return this.#entries.length;
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return showLengths("Metadata", this.#entries);
  }

  /** The header fields that carry the metadata. */
  toFields(): EncodableHeaderField[] {
    return this.#entries.map(([key, value]) => [key, textOf(value)]);
  }

  /**
   * Reads the metadata among header fields; what belongs to the protocol is
   * left out. A `-bin` value that is no Base64 is left out, too; its call is
   * to fail.
   */
  static fromFields(fields: readonly HeaderField[]): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of fields) {
      if (name.startsWith(":") || RESERVED.has(name)) continue;
      if (OF_THE_HOP.has(name)) {
        (metadata.#ofTheHop ??= []).push([name, value]);
      } else if (!name.endsWith("-bin")) {
        metadata.#entries.push([name, value]);
      } else {
        for (const octets of octetsOf(value)) {
          if (octets !== undefined) metadata.#entries.push([name, octets]);
        }
      }
    }
    return metadata;
  }
}

/** All values of a key as they travel; octets are base64 without padding. */
export function textsOf(metadata: Metadata, key: string): string[] {
  return metadata.getAll(key).map(textOf);
}

/** A value as it travels. */
function textOf(value: MetadataValue): string {
  return typeof value === "string" ? value : toBase64(value);
}

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
function octetsOf(value: string): (Uint8Array | undefined)[] {
  if (value === "") return [new Uint8Array(0)];
  const parts = value.split(",", MAX_JOINED_VALUES + 1);
  const values = parts.slice(0, MAX_JOINED_VALUES)
    .filter((part) => part.trim() !== "")
    .map((part) => fromBase64(part));
  return parts.length > MAX_JOINED_VALUES ? [...values, undefined] : values;
}

/** The letters of a string would pass for a key and a value. */
function requirePair(
  entry: readonly [key: string, value: MetadataValue],
): readonly [key: string, value: MetadataValue] {
  if (Array.isArray(entry) && entry.length === 2) return entry;
  throw new TypeError(
    `Cannot use metadata: expected each entry to be [key, value], received ${
      Array.isArray(entry) ? `an array of ${entry.length}` : display(entry)
    }`,
  );
}

function checkEntry(
  key: string,
  value: MetadataValue,
): [string, MetadataValue] {
  if (typeof key !== "string") {
    throw new TypeError(
      `Cannot use metadata: expected a key that is a string, received ${
        display(key)
      }`,
    );
  }
  const name = key.toLowerCase();
  const isReserved = RESERVED.has(name) || OF_THE_HOP.has(name);
  if (!KEY.test(name) || isReserved) {
    throw new TypeError(
      `Cannot use metadata key "${key}": ${
        isReserved
          ? "it belongs to the protocol"
          : "expected letters, digits and . _ -"
      }`,
    );
  }
  const isBinary = name.endsWith("-bin");
  if (isBinary ? !(value instanceof Uint8Array) : !isText(value)) {
    throw new TypeError(
      `Cannot use the value of metadata key "${key}": expected ${
        isBinary
          ? "a Uint8Array, as the key ends with -bin"
          : "printable ASCII; octets need a key that ends with -bin"
      }, received ${
        typeof value === "string"
          ? isBinary ? "a string" : "other characters"
          : display(value)
      }`,
    );
  }
  return [name, typeof value === "string" ? value.trim() : value];
}

function isText(value: MetadataValue): boolean {
  return typeof value === "string" && TEXT.test(value);
}
