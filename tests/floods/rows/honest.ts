import {
  encodeData,
  encodeHeaders,
  FrameType,
} from "../../../src/frames/mod.ts";
import { HpackEncoder } from "../../../src/hpack/mod.ts";
import { message, requestFields } from "../blocks.ts";
import { CHEAP, type FloodRow } from "../row.ts";

/** Calls of which the answers may be out. */
const UNANSWERED = 400;

/** Calls in one write. */
const BATCH = 50;

/** What attacks are compared with: as many honest calls as are answered. */
export const HONEST_CALLS: FloodRow = {
  name: "honest calls, to compare with",
  role: "server",
  bound: ["maxConcurrentStreams", 1_000],
  expect: CHEAP,
  async attack(attack) {
    const socket = await attack.connect();
    const fields = requestFields("/arena.Arena/Echo");
    const encoder = new HpackEncoder();
    const body = message(10);
    let calls = 0;
    const answered = () => socket.received[FrameType.HEADERS] / 2;
    await attack.flood(socket, (writer) => {
      for (let i = 0; i < BATCH; i++, calls++) {
        const id = 2 * calls + 1;
        encodeHeaders(writer, id, encoder.encode(fields), false, true);
        encodeData(writer, id, body, true);
      }
      return 2 * BATCH;
    }, () => socket.until(() => calls - answered() < UNANSWERED, 1_000));
    await socket.until(() => answered() >= calls, 1_000);
  },
};
