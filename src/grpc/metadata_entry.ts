import { display } from "../options/mod.ts";

/** A value: text in printable ASCII, or octets under a key that ends `-bin`. */
export type MetadataValue = string | Uint8Array;

const KEY = /^[0-9a-z_.-]+$/;
const TEXT = /^[\x20-\x7e]*$/;

/**
 * Fields of one hop: who reads metadata may know them, but they say something
 * about that hop, and must not travel on with the rest.
 */
export const OF_THE_HOP: ReadonlySet<string> = new Set([
  "accept-encoding",
  "content-length",
  "grpc-previous-rpc-attempts",
  "host",
  "user-agent",
]);

/** Fields that gRPC and HTTP/2 keep for themselves or do without. */
export const RESERVED: ReadonlySet<string> = new Set([
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

/** The letters of a string would pass for a key and a value. */
export function requirePair(
  entry: readonly [key: string, value: MetadataValue],
): readonly [key: string, value: MetadataValue] {
  if (Array.isArray(entry) && entry.length === 2) return entry;
  throw new TypeError(
    `Cannot use metadata: expected each entry to be [key, value], received ${
      Array.isArray(entry) ? `an array of ${entry.length}` : display(entry)
    }`,
  );
}

/**
 * A key in lower case, and its value.
 *
 * @throws {TypeError} If metadata cannot have it.
 */
export function checkEntry(
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
