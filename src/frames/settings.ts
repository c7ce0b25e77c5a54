import {
  lengthError,
  requireInteger,
  requirePayloadLength,
  requireStreamZero,
} from "./checks.ts";
import { ErrorCode } from "./error_code.ts";
import { ConnectionError } from "./errors.ts";
import {
  DEFAULT_MAX_FRAME_SIZE,
  Flag,
  FrameType,
  MAX_MAX_FRAME_SIZE,
  MAX_UINT31,
  type RawFrame,
} from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { readUint16, readUint32, writeUint32 } from "./octets.ts";

const ENTRY_LENGTH = 6;

/**
 * Identifiers of the settings of
 * {@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | RFC 9113 section 6.5.2}.
 */
export const SettingId = {
  /** Octets of the field compression table of the sender; 4,096 at first. */
  HEADER_TABLE_SIZE: 0x1,
  /** Whether the sender accepts PUSH_PROMISE; 1 at first. */
  ENABLE_PUSH: 0x2,
  /** Streams that the sender lets its peer have open; no limit at first. */
  MAX_CONCURRENT_STREAMS: 0x3,
  /** Octets of flow-control window for a new stream; 65,535 at first. */
  INITIAL_WINDOW_SIZE: 0x4,
  /** Octets of payload that the sender accepts in a frame; 16,384 at first. */
  MAX_FRAME_SIZE: 0x5,
  /** Octets of field section that the sender accepts; no limit at first. */
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** One parameter of a SETTINGS frame: identifier and value. */
export type Setting = readonly [id: number, value: number];

/** SETTINGS (RFC 9113 section 6.5): what the sender asks of its peer. */
export interface SettingsFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.SETTINGS;
  /** Always the connection. */
  readonly streamId: 0;
  /** Whether this acknowledges the SETTINGS of the receiver. */
  readonly ack: boolean;
  /**
   * The parameters in the order sent; a later value replaces an earlier one.
   * Unknown identifiers are kept: to ignore them is for the receiver.
   */
  readonly settings: readonly Setting[];
}

/**
 * Encodes a SETTINGS frame.
 *
 * @throws {RangeError} If an identifier or a value is not allowed, or there
 * are more than a frame can carry.
 */
export function encodeSettings(
  writer: FrameWriter,
  settings: readonly Setting[],
): void {
  const length = settings.length * ENTRY_LENGTH;
  requirePayloadLength(length);
  for (const [id, value] of settings) {
    requireInteger("a setting identifier", id, 0, 0xffff);
    requireInteger(`setting ${id}`, value, 0, 0xffff_ffff);
    const refused = refusal(id, value);
    if (refused !== undefined) throw new RangeError(refused.message);
  }
  let at = writer.frame(length, FrameType.SETTINGS, 0, 0);
  for (const [id, value] of settings) {
    writer.buffer[at] = id >>> 8;
    writer.buffer[at + 1] = id;
    writeUint32(writer.buffer, at + 2, value);
    at += ENTRY_LENGTH;
  }
}

/** Encodes the acknowledgement of a SETTINGS frame. */
export function encodeSettingsAck(writer: FrameWriter): void {
  writer.frame(0, FrameType.SETTINGS, Flag.ACK, 0);
}

/**
 * Decodes a SETTINGS frame and checks each known value.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for another stream than 0 or a
 * value out of range, FLOW_CONTROL_ERROR for a window above 2^31-1,
 * FRAME_SIZE_ERROR for a length that is no multiple of 6 or an
 * acknowledgement with a payload.
 */
export function decodeSettings(raw: RawFrame): SettingsFrame {
  requireStreamZero(raw);
  const ack = (raw.flags & Flag.ACK) !== 0;
  if (ack && raw.length !== 0) {
    throw lengthError(raw, "an acknowledgement of 0");
  }
  if (raw.length % ENTRY_LENGTH !== 0) {
    throw lengthError(raw, `a multiple of ${ENTRY_LENGTH}`);
  }
  const settings: Setting[] = [];
  const end = raw.start + raw.length;
  for (let at = raw.start; at < end; at += ENTRY_LENGTH) {
    const id = readUint16(raw.bytes, at);
    const value = readUint32(raw.bytes, at + 2);
    const refused = refusal(id, value);
    if (refused !== undefined) {
      throw new ConnectionError(refused.code, refused.message);
    }
    settings.push([id, value]);
  }
  return { type: FrameType.SETTINGS, streamId: 0, ack, settings };
}

/** Why RFC 9113 section 6.5.2 does not allow a value, if it does not. */
function refusal(
  id: number,
  value: number,
): { code: number; message: string } | undefined {
  if (id === SettingId.ENABLE_PUSH && value > 1) {
    return {
      code: ErrorCode.PROTOCOL_ERROR,
      message: `Setting ENABLE_PUSH is ${value}, expected 0 or 1`,
    };
  }
  if (id === SettingId.INITIAL_WINDOW_SIZE && value > MAX_UINT31) {
    return {
      code: ErrorCode.FLOW_CONTROL_ERROR,
      message:
        `Setting INITIAL_WINDOW_SIZE is ${value}, expected at most ${MAX_UINT31}`,
    };
  }
  if (
    id === SettingId.MAX_FRAME_SIZE &&
    (value < DEFAULT_MAX_FRAME_SIZE || value > MAX_MAX_FRAME_SIZE)
  ) {
    return {
      code: ErrorCode.PROTOCOL_ERROR,
      message:
        `Setting MAX_FRAME_SIZE is ${value}, expected ${DEFAULT_MAX_FRAME_SIZE} to ${MAX_MAX_FRAME_SIZE}`,
    };
  }
}
