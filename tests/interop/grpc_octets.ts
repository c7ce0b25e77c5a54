/** Octets of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** An HPACK block of literals without indexing (RFC 7541 section 6.2.2), each shorter than 127 octets. */
export function literalBlock(fields: Record<string, string>): Uint8Array {
  return Uint8Array.from(
    Object.entries(fields).flatMap(([name, value]) => [
      0x00,
      ...[name.length, ...ascii(name)],
      ...[value.length, ...ascii(value)],
    ]),
  );
}

/** One uncompressed gRPC message, with its length before it. */
export function grpcMessage(text: string): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, text.length, ...ascii(text)]);
}
