import {
  type Frame,
  type FrameReader,
  FrameType,
} from "../../src/frames/mod.ts";

/** A frame whose views have been copied, so that it can be kept. */
export function copyFrame(frame: Frame): Frame {
  switch (frame.type) {
    case FrameType.DATA:
      return { ...frame, data: frame.data.slice() };
    case FrameType.PING:
      return { ...frame, opaqueData: frame.opaqueData.slice() };
    case FrameType.GOAWAY:
      return { ...frame, debugData: frame.debugData.slice() };
    case FrameType.HEADERS:
    case FrameType.PUSH_PROMISE:
    case FrameType.CONTINUATION:
      return { ...frame, fragment: frame.fragment.slice() };
    default:
      return { ...frame };
  }
}

/** Reads all frames of octets through a reader that may hold a beginning. */
export function readFrames(reader: FrameReader, octets: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  reader.feed(octets);
  for (let frame = reader.next(); frame; frame = reader.next()) {
    frames.push(copyFrame(frame));
  }
  return frames;
}

/** The debug data of a GOAWAY as text. */
export function text(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}
