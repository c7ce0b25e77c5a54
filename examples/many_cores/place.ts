/**
 * A service that tells which process has answered, in text.
 *
 * @module
 */

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);

/** Its definition. */
export const Place = {
  where: {
    path: "/example.Place/Where",
    requestStream: false,
    responseStream: false,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  },
} as const;
