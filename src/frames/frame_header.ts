/**
 * Frame types of
 * {@link https://www.rfc-editor.org/rfc/rfc9113#section-6 | RFC 9113 section 6}.
 */
export const FrameType = {
  /** Section 6.1. */
  DATA: 0x0,
  /** Section 6.2. */
  HEADERS: 0x1,
  /** Section 6.3, deprecated. */
  PRIORITY: 0x2,
  /** Section 6.4. */
  RST_STREAM: 0x3,
  /** Section 6.5. */
  SETTINGS: 0x4,
  /** Section 6.6. */
  PUSH_PROMISE: 0x5,
  /** Section 6.7. */
  PING: 0x6,
  /** Section 6.8. */
  GOAWAY: 0x7,
  /** Section 6.9. */
  WINDOW_UPDATE: 0x8,
  /** Section 6.10. */
  CONTINUATION: 0x9,
} as const;

const NAMES: readonly string[] = Object.keys(FrameType);

/** The name of a frame type, for people; `0x…` for an unknown one. */
export function frameTypeName(type: number): string {
  return NAMES[type] ?? `0x${type.toString(16)}`;
}

/**
 * Flags of RFC 9113 section 6. Which of them a frame knows depends on its
 * type; the others are ignored (section 4.1).
 */
export const Flag = {
  /** SETTINGS and PING: an acknowledgement. */
  ACK: 0x1,
  /** DATA and HEADERS: the last frame that the sender has for the stream. */
  END_STREAM: 0x1,
  /** HEADERS, PUSH_PROMISE and CONTINUATION: the field block is complete. */
  END_HEADERS: 0x4,
  /** DATA, HEADERS and PUSH_PROMISE: a pad length and padding are present. */
  PADDED: 0x8,
  /** HEADERS: the deprecated priority fields are present. */
  PRIORITY: 0x20,
} as const;

/** Octets in a frame header (RFC 9113 section 4.1). */
export const FRAME_HEADER_LENGTH = 9;

/**
 * The initial value of SETTINGS_MAX_FRAME_SIZE, in octets, and the smallest
 * that a peer may set (RFC 9113 section 6.5.2).
 */
export const DEFAULT_MAX_FRAME_SIZE = 16_384;

/** The largest value of SETTINGS_MAX_FRAME_SIZE, in octets. */
export const MAX_MAX_FRAME_SIZE = 16_777_215;

/** The largest stream identifier, and the largest flow-control window. */
export const MAX_UINT31 = 0x7fff_ffff;

/**
 * One frame as it lies in a buffer: the fields of its header, and where its
 * payload is. What `FrameReader` hands to the decode function of the type.
 */
export interface RawFrame {
  /** Octets in the payload. */
  length: number;
  /** The frame type, see {@linkcode FrameType}. */
  type: number;
  /** The flags, see {@linkcode Flag}. */
  flags: number;
  /** The stream identifier, with the reserved bit masked off. */
  streamId: number;
  /** The buffer that holds the payload. */
  bytes: Uint8Array;
  /** The offset of the payload in {@linkcode RawFrame.bytes}. */
  start: number;
}
