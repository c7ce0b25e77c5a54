import { assert, assertEquals } from "@std/assert";
import {
  ConnectionError,
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodePushPromise,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  type Frame,
  FrameReader,
  FrameType,
  FrameWriter,
  StreamError,
} from "../../../src/frames/mod.ts";
import { copyFrame } from "../../harness/copied_frame.ts";
import { concat } from "../../harness/octets.ts";
import { FrameMaker } from "../inputs/frames.ts";
import { cutAt, mutate, randomCuts } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

/** Octets of the smallest frame. */
const HEADER_LENGTH = 9;

/** All frames and stream errors, up to the end or to a connection error. */
function readAll(slices: readonly Uint8Array[]): (Frame | string)[] {
  const reader = new FrameReader();
  const found: (Frame | string)[] = [];
  const length = slices.reduce((sum, slice) => sum + slice.length, 0);
  for (const slice of slices) {
    reader.feed(slice);
    for (;;) {
      try {
        const frame = reader.next();
        if (frame === undefined) break;
        found.push(copyFrame(frame));
      } catch (error) {
        found.push(`${error}`);
        if (error instanceof ConnectionError) return found;
        assert(error instanceof StreamError, `${error}`);
      }
      assert(found.length * HEADER_LENGTH <= length, "Frames without octets");
    }
  }
  return found;
}

/** A frame that was read can be written, without what it had of padding. */
function write(frame: Frame): Uint8Array {
  const writer = new FrameWriter();
  const { streamId } = frame;
  switch (frame.type) {
    case FrameType.DATA:
      encodeData(writer, streamId, frame.data, frame.endStream);
      break;
    case FrameType.HEADERS: {
      const { fragment, endStream, endHeaders } = frame;
      encodeHeaders(writer, streamId, fragment, endStream, endHeaders);
      break;
    }
    case FrameType.PRIORITY: {
      const { streamDependency, weight, exclusive } = frame;
      encodePriority(writer, streamId, streamDependency, weight, exclusive);
      break;
    }
    case FrameType.RST_STREAM:
      encodeRstStream(writer, streamId, frame.errorCode);
      break;
    case FrameType.SETTINGS:
      if (frame.ack) encodeSettingsAck(writer);
      else encodeSettings(writer, frame.settings);
      break;
    case FrameType.PUSH_PROMISE: {
      const { promisedStreamId, fragment, endHeaders } = frame;
      encodePushPromise(
        writer,
        streamId,
        promisedStreamId,
        fragment,
        endHeaders,
      );
      break;
    }
    case FrameType.PING:
      encodePing(writer, frame.ack, frame.opaqueData);
      break;
    case FrameType.GOAWAY: {
      const { lastStreamId, errorCode, debugData } = frame;
      encodeGoaway(writer, lastStreamId, errorCode, debugData);
      break;
    }
    case FrameType.WINDOW_UPDATE:
      encodeWindowUpdate(writer, streamId, frame.windowSizeIncrement);
      break;
    case FrameType.CONTINUATION:
      encodeContinuation(writer, streamId, frame.fragment, frame.endHeaders);
      break;
    default: {
      const { extensionType, flags } = frame;
      encodeFrame(writer, extensionType, flags, streamId, new Uint8Array(0));
    }
  }
  return writer.take();
}

/**
 * What counts against windows is longer by the padding that is gone, and no
 * priority fields are sent.
 */
function comparable(frame: Frame): Frame {
  if (frame.type === FrameType.HEADERS) {
    const { priority: _, ...rest } = frame;
    return rest;
  }
  return frame.type === FrameType.DATA
    ? { ...frame, flowControlledLength: frame.data.length }
    : frame;
}

/** Read all the same, as every PUSH_PROMISE is refused; and never written. */
function isPushOfNothing(frame: Frame): boolean {
  return frame.type === FrameType.PUSH_PROMISE && frame.promisedStreamId === 0;
}

/**
 * Octets are frames or typed errors, however they are cut; and a frame that
 * was read and written is read again.
 */
export const frames: Target<{ octets: Uint8Array; cuts: number[] }> = {
  name: "frames",
  about: "FrameReader on octets; each frame written and read again",
  generate(random) {
    const maker = new FrameMaker(random, "client");
    const whole = concat(
      ...Array.from({ length: 1 + random.below(6) }, () => maker.next()),
    );
    const octets = random.oneIn(10)
      ? random.octets(random.below(64))
      : mutate(random, whole);
    return { octets, cuts: randomCuts(random, octets.length) };
  },
  run({ octets, cuts }) {
    const found = readAll([octets]);
    assertEquals(readAll(cutAt(octets, cuts)), found);
    for (const frame of found) {
      if (typeof frame === "string" || isPushOfNothing(frame)) continue;
      assertEquals(readAll([write(frame)]), [comparable(frame)]);
    }
  },
};
