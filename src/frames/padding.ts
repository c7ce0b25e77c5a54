import { lengthError } from "./checks.ts";
import { ErrorCode } from "./error_code.ts";
import { ConnectionError } from "./errors.ts";
import { Flag, frameTypeName, type RawFrame } from "./frame_header.ts";

/**
 * The payload without pad length, without the `fixed` octets of fields that
 * follow it, and without padding.
 *
 * "If the length of the padding is the length of the frame payload or greater,
 * the recipient MUST treat this as a connection error of type PROTOCOL_ERROR"
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.1 | RFC 9113 section 6.1},
 * likewise 6.2 and 6.6).
 */
export function unpad(raw: RawFrame, fixed: number): Uint8Array {
  const padded = (raw.flags & Flag.PADDED) !== 0;
  const start = fixed + (padded ? 1 : 0);
  if (raw.length < start) throw lengthError(raw, `at least ${start}`);
  const padding = padded ? raw.bytes[raw.start] : 0;
  if (start + padding > raw.length) {
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${
        frameTypeName(raw.type)
      } frame with ${padding} octets of padding, expected at most ${
        raw.length - start
      }`,
    );
  }
  return raw.bytes.subarray(
    raw.start + start,
    raw.start + raw.length - padding,
  );
}

/** The offset of the fields that follow the pad length, if there is one. */
export function afterPadLength(raw: RawFrame): number {
  return (raw.flags & Flag.PADDED) !== 0 ? raw.start + 1 : raw.start;
}
