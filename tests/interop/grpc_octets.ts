/** Octets of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** One uncompressed gRPC message, with its length before it. */
export function grpcMessage(text: string): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, text.length, ...ascii(text)]);
}
