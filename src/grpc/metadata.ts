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

/** Fields that gRPC and HTTP/2 keep for themselves or do without. */
const RESERVED: ReadonlySet<string> = new Set([
  "connection",
  "content-type",
  "te",
  "user-agent",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-message-type",
  "grpc-status",
  "grpc-timeout",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Custom metadata of a call: keys, which repeat as they like, and values. The
 * value of a key that ends with `-bin` is octets, any other is text.
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

  /**
   * Takes over keys and values.
   *
   * @throws {TypeError} If a key or a value is not allowed.
   */
  constructor(init: MetadataInit = []) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [key, value] of entries) this.append(key, value);
  }

  /** The first value of a key. */
  get(key: string): MetadataValue | undefined {
    const name = key.toLowerCase();
    return this.#entries.find(([known]) => known === name)?.[1];
  }

  /** All values of a key. */
  getAll(key: string): MetadataValue[] {
    const name = key.toLowerCase();
    return this.#entries.filter(([known]) => known === name)
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

  /** The header fields that carry the metadata. */
  toFields(): EncodableHeaderField[] {
    return this.#entries.map(([key, value]) =>
      typeof value === "string" ? [key, value] : [key, toBase64(value)]
    );
  }

  /**
   * Reads the metadata among header fields; what belongs to the protocol is
   * left out. A `-bin` value that is no Base64 is left out, too.
   */
  static fromFields(fields: readonly HeaderField[]): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of fields) {
      if (name.startsWith(":") || RESERVED.has(name)) continue;
      if (!name.endsWith("-bin")) {
        metadata.#entries.push([name, value]);
        continue;
      }
      for (const part of value.split(",", MAX_JOINED_VALUES)) {
        const isGap = part === "" && value !== "";
        const octets = isGap ? undefined : fromBase64(part.trim());
        if (octets !== undefined) metadata.#entries.push([name, octets]);
      }
    }
    return metadata;
  }
}

function checkEntry(
  key: string,
  value: MetadataValue,
): [string, MetadataValue] {
  const name = key.toLowerCase();
  if (!KEY.test(name) || RESERVED.has(name)) {
    throw new TypeError(
      `Cannot use metadata key "${key}": ${
        RESERVED.has(name)
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
      }`,
    );
  }
  return [name, typeof value === "string" ? value.trim() : value];
}

function isText(value: MetadataValue): boolean {
  return typeof value === "string" && TEXT.test(value);
}

/** "Implementations must accept padded and un-padded values and should emit
 * un-padded values" (gRPC over HTTP/2, Custom-Metadata). */
function toBase64(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return btoa(text).replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
