import { ErrorCode } from "./error_code.ts";
import { ConnectionError } from "./errors.ts";
import {
  frameTypeName,
  MAX_MAX_FRAME_SIZE,
  MAX_UINT31,
  type RawFrame,
} from "./frame_header.ts";

/** Refuses a received frame that must not name a stream, but does. */
export function requireStreamZero(frame: RawFrame): void {
  if (frame.streamId !== 0) {
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${
        frameTypeName(frame.type)
      } frame on stream ${frame.streamId}, expected stream 0`,
    );
  }
}

/** Refuses a received frame that must name a stream, but does not. */
export function requireStream(frame: RawFrame): void {
  if (frame.streamId === 0) {
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${
        frameTypeName(frame.type)
      } frame on stream 0, expected a stream identifier`,
    );
  }
}

/** The text for a received frame whose payload has the wrong length. */
export function lengthMessage(frame: RawFrame, expected: string): string {
  return `Received a ${
    frameTypeName(frame.type)
  } frame of ${frame.length} octets, expected ${expected}`;
}

/** The error for a wrong length that affects the whole connection. */
export function lengthError(
  frame: RawFrame,
  expected: string,
): ConnectionError {
  return new ConnectionError(
    ErrorCode.FRAME_SIZE_ERROR,
    lengthMessage(frame, expected),
  );
}

/** Refuses an argument that is not an integer in a range. */
export function requireInteger(
  name: string,
  value: number,
  min: number,
  max: number,
): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(
      `Cannot encode ${name}: expected an integer from ${min} to ${max}, received ${value}`,
    );
  }
}

/** Refuses an argument that is not a stream identifier. */
export function requireStreamId(value: number): void {
  requireInteger("a stream identifier", value, 1, MAX_UINT31);
}

/** Refuses a payload that no SETTINGS_MAX_FRAME_SIZE could allow. */
export function requirePayloadLength(value: number): void {
  requireInteger("a payload length", value, 0, MAX_MAX_FRAME_SIZE);
}

/** Refuses an argument that is not an unsigned 32-bit error code. */
export function requireErrorCode(value: number): void {
  requireInteger("an error code", value, 0, 0xffff_ffff);
}
