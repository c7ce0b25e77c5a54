/**
 * Binary metadata as text. "Implementations must accept padded and un-padded
 * values and should emit un-padded values"
 * ({@link https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md | gRPC over HTTP/2},
 * Custom-Metadata).
 *
 * Before Deno 2.5 a `Uint8Array` does not know base64; `btoa` and `atob` do,
 * with the same rules.
 *
 * @module
 */

/** Octets as base64, without padding. */
export function toBase64(octets: Uint8Array): string {
  if (octets.toBase64 !== undefined) {
    return octets.toBase64({ omitPadding: true });
  }
  return btoa(charactersOf(octets)).replace(/=+$/, "");
}

/** The octets; white space, which base64 has none of, is passed over. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64?.(text) ?? octetsOf(atob(text));
  } catch {
    return undefined;
  }
}

function charactersOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

function octetsOf(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
