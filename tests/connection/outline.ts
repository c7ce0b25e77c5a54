import { type Frame, FrameType, frameTypeName } from "../../src/frames/mod.ts";

/** A frame in a few words, such as `DATA 1: 16384 END_STREAM`. */
export function outline(frame: Frame): string {
  if (frame.type === "extension") return "extension";
  const name = frameTypeName(frame.type);
  const end = "endStream" in frame && frame.endStream ? " END_STREAM" : "";
  switch (frame.type) {
    case FrameType.DATA:
      return `${name} ${frame.streamId}: ${frame.data.length}${end}`;
    case FrameType.RST_STREAM:
      return `${name} ${frame.streamId}: ${frame.errorCode}`;
    case FrameType.PING:
    case FrameType.SETTINGS:
      return frame.ack ? `${name} ACK` : name;
    default:
      return `${name} ${frame.streamId}${end}`;
  }
}

/** Frames in a few words each. */
export function outlines(frames: readonly Frame[] | undefined): string[] {
  return (frames ?? []).map(outline);
}
