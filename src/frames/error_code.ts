/**
 * Error codes of
 * {@link https://www.rfc-editor.org/rfc/rfc9113#section-7 | RFC 9113 section 7},
 * as carried by RST_STREAM and GOAWAY.
 *
 * A peer may send a code that is not listed here. It stays a plain number and
 * never triggers special behaviour.
 */
export const ErrorCode = {
  /** The condition is not an error: a graceful shutdown. */
  NO_ERROR: 0x0,
  /** An unspecific protocol error. */
  PROTOCOL_ERROR: 0x1,
  /** An unexpected internal error. */
  INTERNAL_ERROR: 0x2,
  /** The peer violated the flow-control protocol. */
  FLOW_CONTROL_ERROR: 0x3,
  /** A SETTINGS frame was not acknowledged in time. */
  SETTINGS_TIMEOUT: 0x4,
  /** A frame arrived on a stream that is already half-closed. */
  STREAM_CLOSED: 0x5,
  /** A frame has an invalid size. */
  FRAME_SIZE_ERROR: 0x6,
  /** The stream was refused before any application processing. */
  REFUSED_STREAM: 0x7,
  /** The stream is no longer needed. */
  CANCEL: 0x8,
  /** The field section compression context cannot be kept up. */
  COMPRESSION_ERROR: 0x9,
  /** The connection of a CONNECT request was reset or closed. */
  CONNECT_ERROR: 0xa,
  /** The peer shows behaviour that might generate excessive load. */
  ENHANCE_YOUR_CALM: 0xb,
  /** The transport does not meet the minimum security requirements. */
  INADEQUATE_SECURITY: 0xc,
  /** HTTP/1.1 is required instead of HTTP/2. */
  HTTP_1_1_REQUIRED: 0xd,
} as const;

const NAMES: readonly string[] = Object.keys(ErrorCode);

/**
 * The name of an error code, for people: `ENHANCE_YOUR_CALM` for 11, and
 * `0x…` in hexadecimal for a code that RFC 9113 does not define.
 */
export function errorCodeName(code: number): string {
  return NAMES[code] ?? `0x${code.toString(16)}`;
}
