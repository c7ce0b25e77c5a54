import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  encodeSettings,
  encodeSettingsAck,
  type Frame,
  FrameType,
} from "../../src/frames/mod.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import { MemoryQuota } from "../../src/memory/mod.ts";
import { BLOCK, Endpoint } from "./support.ts";

/** A quota that gives 1 000 streams a first window of 1 048 octets each. */
const LIMIT = 1_048_576;
const FIRST_WINDOW = 1_048;

const QUARTER = new Uint8Array(16_384);

/** What the peer may send on a stream in addition, by the frames it was sent. */
function credit(frames: readonly Frame[], id: number): number {
  let sum = 0;
  for (const frame of frames) {
    if (frame.type !== FrameType.WINDOW_UPDATE) continue;
    if (frame.streamId === id) sum += frame.windowSizeIncrement;
  }
  return sum;
}

Deno.test("A long message of a client that has not read the SETTINGS yet takes no window away that was never given", () => {
  const quota = new MemoryQuota({ connection: LIMIT });
  const memory = quota.connect();
  const end = new Endpoint("server", { maxConcurrentStreams: 1_000 }, memory);
  end.receive(CLIENT_PREFACE);
  end.say((writer) => {
    encodeSettings(writer, []);
    encodeHeaders(writer, 1, BLOCK, false, true);
  });
  const call = memory.open({ refused() {} });
  call.isReceiving = true;
  call.want(2 * LIMIT, () => {});
  assertEquals(memory.isUnderPressure, true);
  const frames: Frame[] = [];
  let arrived = 0;
  const send = () => {
    frames.push(...end.say((writer) => encodeData(writer, 1, QUARTER, false)));
    arrived += QUARTER.length;
    end.streams.flow.consumed(1, QUARTER.length);
    frames.push(...end.sent());
  };
  send();
  send();
  frames.push(...end.say((writer) => encodeSettingsAck(writer)));
  const left = FIRST_WINDOW - arrived + credit(frames, 1);
  assertEquals(left, FIRST_WINDOW);
});
