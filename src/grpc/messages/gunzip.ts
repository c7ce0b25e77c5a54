import type Zlib from "node:zlib";
import type { Buffer } from "node:buffer";

/** Why octets cannot be unfolded. */
export type GunzipProblem =
  /** They are not gzip, or not whole. */
  | { readonly kind: "malformed"; readonly cause: unknown }
  /** They unfold to more than is allowed. */
  | { readonly kind: "too-long" };

/**
 * Deflate makes of one octet 1 032 at the most: 258 from a match that costs two
 * bits.
 */
const BEST_RATIO = 1_032;

/** Octets of the pieces that the platform unfolds to, at the least. */
const LEAST_PIECE = 1_024;

let zlib: Promise<typeof Zlib> | undefined;

/** Loads what unfolds: who never needs it, does not wait for it. */
function load(): Promise<typeof Zlib> {
  return zlib ??= import("node:zlib").then((module) => module.default);
}

/**
 * What unfolds gzip. It works at once and alone: what one message needs
 * besides its result is never there twice.
 */
export class Gunzip {
  readonly #zlib: typeof Zlib;

  private constructor(zlib: typeof Zlib) {
    this.#zlib = zlib;
  }

  /** Loads it. */
  static async load(): Promise<Gunzip> {
    return new Gunzip(await load());
  }

  /**
   * Unfolds the members of a gzip file, one behind the other (RFC 1952 section
   * 2.2). As in grpc-go, a message is whole members and nothing else: padding
   * behind the last is an error, too.
   *
   * @param maxLength The most octets that it may unfold to.
   */
  unfold(
    octets: Uint8Array,
    maxLength: number,
  ): Uint8Array<ArrayBuffer> | GunzipProblem {
    try {
      const unfolded = this.#gunzip(octets, maxLength);
      if (unfolded.length > maxLength) return { kind: "too-long" };
      if (this.#isPadded(octets, unfolded.length, maxLength)) {
        const cause = new TypeError("Zeros follow the last member");
        return { kind: "malformed", cause };
      }
      return trimmed(unfolded);
    } catch (cause) {
      return isTooLong(cause)
        ? { kind: "too-long" }
        : { kind: "malformed", cause };
    }
  }

  #gunzip(octets: Uint8Array, maxLength: number): Buffer {
    const likely = Math.min(lengthOfLast(octets), maxLength) + 1;
    return this.#zlib.gunzipSync(octets, {
      maxOutputLength: Math.max(maxLength, 1),
      chunkSize: Math.min(
        Math.max(likely, LEAST_PIECE),
        longestUnfolding(octets.length) + LEAST_PIECE,
      ),
    });
  }

  /**
   * The platform skips zeros behind the last member. Where its trailer is not
   * at the end, the octets but the last are a whole file, too.
   */
  #isPadded(octets: Uint8Array, length: number, maxLength: number): boolean {
    if (octets.at(-1) !== 0 || length > 0 && lengthOfLast(octets) === length) {
      return false;
    }
    try {
      this.#gunzip(octets.subarray(0, -1), maxLength);
      return true;
    } catch {
      return false;
    }
  }
}

/** The most octets that so many can unfold to. */
export function longestUnfolding(length: number): number {
  return length * BEST_RATIO;
}

/**
 * What gzip says of the length of its last member, modulo 2^32: the whole
 * length of nearly every message, but nothing that a peer must keep to.
 */
export function lengthOfLast(octets: Uint8Array): number {
  const at = octets.length - 4;
  if (at < 0) return 0;
  const high = octets[at + 3] * 2 ** 24;
  return high + (octets[at + 2] << 16 | octets[at + 1] << 8 | octets[at]);
}

/** An array of its own, without what the platform took in addition. */
function trimmed(unfolded: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = unfolded;
  const isLoose = buffer.byteLength > length + LEAST_PIECE;
  const octets = new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
  return isLoose ? octets.slice() : octets;
}

function isTooLong(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
}
