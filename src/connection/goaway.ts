import { ConnectionError, ErrorCode, type GoawayFrame } from "../frames/mod.ts";
import { printable } from "./ascii.ts";
import type { Role } from "./role.ts";

/**
 * A GOAWAY that was sent or received
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 section 6.8}).
 */
export interface Goaway {
  /** Streams above it were not and will not be processed. */
  readonly lastStreamId: number;
  /** Why, see `ErrorCode`. */
  readonly code: number;
  /** The debug data as printable text. */
  readonly debug: string;
}

/**
 * Checks a received GOAWAY against the one before.
 *
 * @param role Which end receives it.
 * @throws {ConnectionError} PROTOCOL_ERROR if it grows: "Endpoints MUST NOT
 * increase the value they send in the last stream identifier" (section 6.8),
 * or if a client is sent the identifier of a stream it cannot have opened.
 */
export function checkGoaway(
  role: Role,
  frame: GoawayFrame,
  before: Goaway | undefined,
): Goaway {
  const id = frame.lastStreamId;
  if (role === "client" && id > 0 && id % 2 === 0) {
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `received goaway with non-zero even-numbered stream id: ${id}`,
    );
  }
  if (before !== undefined && id > before.lastStreamId) {
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `received goaway with stream id: ${id}, which exceeds stream id of previous goaway: ${before.lastStreamId}`,
    );
  }
  return {
    lastStreamId: id,
    code: frame.errorCode,
    debug: printable(frame.debugData),
  };
}
