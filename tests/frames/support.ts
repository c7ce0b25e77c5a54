import { assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionError,
  type Frame,
  FrameReader,
  FrameWriter,
  StreamError,
} from "../../src/frames/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { hex, octets } from "../harness/octets.ts";

/** What an encoder writes, as hexadecimal digits. */
export function wire(encode: (writer: FrameWriter) => void): string {
  const writer = new FrameWriter();
  encode(writer);
  return hex(writer.take());
}

/** The one frame that lies in the octets. */
export function read(digits: string): Frame {
  const frames = readFrames(new FrameReader(), octets(digits));
  assertEquals(frames.length, 1, `${digits} is not one frame`);
  return frames[0];
}

/** The frame is encoded to just these octets, and decoded from them. */
export function assertWire(
  encode: (writer: FrameWriter) => void,
  digits: string,
  frame: Frame,
): void {
  assertEquals(wire(encode), digits.replace(/\s+/g, ""));
  assertEquals(read(digits), frame);
}

/** What arrives ends the connection. */
export function assertConnectionError(
  digits: string,
  code: number,
  text: string,
): void {
  const error = assertThrows(() => read(digits), ConnectionError, text);
  assertEquals(error.code, code);
}

/** What arrives ends one stream. */
export function assertStreamError(
  digits: string,
  streamId: number,
  code: number,
  text: string,
): void {
  const error = assertThrows(() => read(digits), StreamError, text);
  assertEquals([error.streamId, error.code], [streamId, code]);
}

/** Bad arguments are refused before anything is written. */
export function assertRefused(
  encode: (writer: FrameWriter) => void,
  text: string,
): void {
  const writer = new FrameWriter();
  writer.reserve(3);
  assertThrows(() => encode(writer), RangeError, text);
  assertEquals(writer.length, 3, "The writer has changed");
}

/** Values that are no stream identifier. */
export const BAD_STREAM_IDS: readonly number[] = [
  0,
  -1,
  1.5,
  NaN,
  Infinity,
  0x8000_0000,
];

/** Values that are no unsigned 32-bit integer. */
export const BAD_ERROR_CODES: readonly number[] = [
  -1,
  0.5,
  NaN,
  0x1_0000_0000,
];

/** Octets of a payload that no frame can carry. */
export const TOO_LONG: Uint8Array = new Uint8Array(0x100_0000);
