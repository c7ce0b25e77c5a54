import { readUint31 } from "./octets.ts";

/** Octets of the priority fields (RFC 9113 sections 6.2 and 6.3). */
export const PRIORITY_FIELDS_LENGTH = 5;

/** What HEADERS and PRIORITY say about the priority of a stream. */
export interface PriorityFields {
  /** Whether the dependency is exclusive. */
  readonly exclusive: boolean;
  /** The stream that it depends on. */
  readonly streamDependency: number;
  /** The weight as it stands on the wire, 0 to 255. */
  readonly weight: number;
}

/** Reads the priority fields of HEADERS or PRIORITY. */
export function readPriorityFields(
  bytes: Uint8Array,
  at: number,
): PriorityFields {
  return {
    exclusive: (bytes[at] & 0x80) !== 0,
    streamDependency: readUint31(bytes, at),
    weight: bytes[at + 4],
  };
}
