import { NO_OCTETS } from "../../collections/mod.ts";
import { PREFIX_LENGTH } from "./framing.ts";

/** A message of which a part has come: most come whole, and have none. */
export class HalfMessage {
  /** Octets of its prefix that have come. */
  prefixLength = 0;
  /** Its first octet: 1 if it is compressed. */
  flag = 0;
  /** The length that the prefix says, once that is whole. */
  length = 0;
  /** Has room for what has come, and maybe more. */
  payload: Uint8Array<ArrayBuffer> = NO_OCTETS;
  /** Octets of the payload that have come. */
  filled = 0;

  /** Whether all of it has come. */
  get isWhole(): boolean {
    return this.prefixLength === PREFIX_LENGTH && this.filled === this.length;
  }
}
