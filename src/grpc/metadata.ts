import type { EncodableHeaderField, HeaderField } from "../hpack/mod.ts";
import { display } from "../options/mod.ts";
import { toBase64 } from "./base64.ts";
import { octetsOf } from "./binary_metadata.ts";
import {
  checkEntry,
  type MetadataValue,
  OF_THE_HOP,
  requirePair,
  RESERVED,
} from "./metadata_entry.ts";
import { showLengths } from "./show_lengths.ts";

/** What {@linkcode Metadata} can be made of. */
export type MetadataInit =
  | Metadata
  | Record<string, MetadataValue>
  | Iterable<readonly [key: string, value: MetadataValue]>;

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
