import { assert } from "@std/assert";
import { implement, serve } from "../../mod.ts";
import {
  encodeSettings,
  encodeWindowUpdate,
  FrameType,
  SettingId,
} from "../../src/frames/mod.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import { rawMethod } from "../grpc/support/played_call.ts";
import { PREFACE, RawPeer } from "../harness/raw_peer.ts";

const Down = { down: rawMethod("Down", false, true) };

/** Octets of the messages of a call, without prefixes. */
const OCTETS = 2_000_000;

const WINDOW = 2 ** 30;

/** Lengths of the DATA frames of so many calls at once. */
async function dataFrames(calls: number, length: number): Promise<number[]> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
    implement(Down, {
      *down() {
        const message = new Uint8Array(length);
        for (let made = 0; made < OCTETS; made += length) yield message;
      },
    }),
  ]);
  using peer = await RawPeer.connect((server.addr as Deno.NetAddr).port);
  await peer.write(PREFACE);
  await peer.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, WINDOW]]);
    encodeWindowUpdate(writer, 0, WINDOW);
    for (let id = 1; id < 2 * calls; id += 2) {
      sayFields(writer, id, request(Down.down.path), false);
      sayMessage(writer, id, "", true);
    }
  });
  const lengths: number[] = [];
  for (let left = calls; left > 0;) {
    const frame = await peer.next();
    assert(frame !== undefined);
    if (frame.type === FrameType.DATA) lengths.push(frame.data.length);
    if (frame.type === FrameType.HEADERS && frame.endStream) left--;
  }
  return lengths;
}

for (const calls of [1, 10]) {
  for (const length of [200, 1_024, 4_096]) {
    Deno.test(`Messages of ${length} octets that follow each other fill the frames of ${calls} streams`, async () => {
      const lengths = await dataFrames(calls, length);
      const sum = lengths.reduce((sum, length) => sum + length, 0);
      const mean = sum / lengths.length;
      assert(mean > 0.9 * 16_384, `${mean} octets in ${lengths.length} frames`);
    });
  }
}
