import {
  FAULTY_STREAMS,
  USELESS_FRAMES,
} from "../../../src/connection/flood_budget.ts";
import { MAX_QUEUED_OCTETS } from "../../../src/connection/output.ts";
import { DEFAULT_WINDOW_SIZE } from "../../../src/connection/peer_settings.ts";
import {
  encodeData,
  encodeFrame,
  encodeHeaders,
  encodeRstStream,
  encodeWindowUpdate,
  FrameType,
  type FrameWriter,
  SettingId,
} from "../../../src/frames/mod.ts";
import { HpackEncoder } from "../../../src/hpack/mod.ts";
import type { AttackSocket } from "../attack_socket.ts";
import { message, request, requestFields, RESPONSE } from "../blocks.ts";
import {
  CALMED,
  CHEAP,
  type Expectation,
  type FloodRow,
  HELD,
} from "../row.ts";

const NOTHING = new Uint8Array(0);
const ONE = Uint8Array.of(0);
const ZERO = new Uint8Array(4);
const COLLECT = request("/arena.Arena/Collect");
const HANG = request("/arena.Arena/Hang");
const LARGE = request("/arena.Arena/Large");
const UNKNOWN = request("/arena.Arena/Unknown");
const USELESS = ["USELESS_FRAMES.burst", USELESS_FRAMES.burst] as const;
const FAULTY = ["FAULTY_STREAMS.burst", FAULTY_STREAMS.burst] as const;
const WINDOW = ["DEFAULT_WINDOW_SIZE", DEFAULT_WINDOW_SIZE] as const;

/** Frames in one write. */
const BATCH = 500;

/** The same frame on one stream, or about it. */
function onStream(
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  open: (writer: FrameWriter) => void,
  say: (writer: FrameWriter) => void,
  paced?: (socket: AttackSocket) => Promise<void>,
): FloodRow {
  return {
    name,
    role: "server",
    bound,
    expect,
    async attack(attack) {
      const socket = await attack.connect();
      await socket.say((writer) => {
        open(writer);
        return 1;
      });
      await socket.until(() => false, 50);
      await attack.flood(
        socket,
        (writer) => {
          for (let i = 0; i < BATCH; i++) say(writer);
          return BATCH;
        },
        paced && (() => paced(socket)),
      );
    },
  };
}

function opening(block: Uint8Array): (writer: FrameWriter) => void {
  return (writer) => encodeHeaders(writer, 1, block, false, true);
}

/** The same on the stream of a client's call. */
function onResponse(
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  open: (writer: FrameWriter) => void,
  say: (writer: FrameWriter) => void,
): FloodRow {
  return {
    name,
    role: "client",
    bound,
    expect,
    async attack(attack) {
      const socket = await attack.serve();
      await socket.say((writer) => {
        encodeHeaders(writer, 1, RESPONSE, false, true);
        open(writer);
        return 2;
      });
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < BATCH; i++) say(writer);
        return BATCH;
      });
    },
  };
}

/** DATA must keep to the windows, or its connection is ended for that. */
function withinWindows(): (socket: AttackSocket) => Promise<void> {
  let batches = 0;
  return async (socket) => {
    batches++;
    const credit = () => socket.received[FrameType.WINDOW_UPDATE];
    await socket.until(() => credit() * 32_768 + 50_000 > batches * BATCH, 500);
  };
}

/** Frames of streams: their data, their windows. */
export const STREAMS: FloodRow[] = [
  onStream(
    "DATA, empty",
    USELESS,
    CALMED,
    opening(HANG),
    (writer) => encodeData(writer, 1, NOTHING, false),
  ),
  onStream(
    "DATA that is padding",
    USELESS,
    CALMED,
    opening(HANG),
    (writer) =>
      encodeFrame(writer, FrameType.DATA, 0x8, 1, Uint8Array.of(1, 0)),
  ),
  onStream(
    "DATA of one octet",
    WINDOW,
    CHEAP,
    (writer) => {
      encodeHeaders(writer, 1, COLLECT, false, true);
      encodeData(writer, 1, message(4_000_000, 0), false);
    },
    (writer) => encodeData(writer, 1, ONE, false),
    withinWindows(),
  ),
  onStream(
    "DATA on a closed stream",
    ["LEAST_REMEMBERED_RESETS", 1_000],
    CHEAP,
    (writer) => encodeHeaders(writer, 1, UNKNOWN, true, true),
    (writer) => encodeData(writer, 1, ONE, false),
  ),
  onStream(
    "DATA on a stream that was reset",
    WINDOW,
    CHEAP,
    (writer) => {
      encodeHeaders(writer, 1, HANG, false, true);
      encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, 1, ZERO);
    },
    (writer) => encodeData(writer, 1, ONE, false),
    withinWindows(),
  ),
  onStream(
    "WINDOW_UPDATE of the connection",
    ["MAX_UINT31", 2 ** 31 - 1],
    CHEAP,
    opening(HANG),
    (writer) => encodeWindowUpdate(writer, 0, 1),
  ),
  onStream(
    "WINDOW_UPDATE of a stream",
    ["MAX_UINT31", 2 ** 31 - 1],
    CHEAP,
    opening(HANG),
    (writer) => encodeWindowUpdate(writer, 1, 1),
  ),
  onStream(
    "WINDOW_UPDATE of a closed stream",
    ["StreamTable.lookup", "closed"],
    CHEAP,
    (writer) => encodeHeaders(writer, 1, UNKNOWN, true, true),
    (writer) => encodeWindowUpdate(writer, 1, 1),
  ),
  onStream(
    "WINDOW_UPDATE of one octet, for a response that waits",
    ["DATA_PER_BATCH", 16_384],
    CHEAP,
    (writer) => {
      encodeFrame(
        writer,
        FrameType.SETTINGS,
        0,
        0,
        Uint8Array.of(0, SettingId.INITIAL_WINDOW_SIZE, 0, 0, 0, 0),
      );
      encodeHeaders(writer, 1, LARGE, false, true);
      encodeData(writer, 1, message(0), true);
    },
    (writer) => encodeWindowUpdate(writer, 1, 1),
  ),
  {
    name: "windows of zero, on 1,000 streams",
    role: "server",
    bound: ["HIGH_WATER", 65_536],
    expect: HELD,
    async attack(attack) {
      const zero = [[SettingId.INITIAL_WINDOW_SIZE, 0]] as const;
      const socket = await attack.connect(zero);
      await socket.say((writer) => {
        for (let id = 1; id < 2_000; id += 2) {
          encodeHeaders(writer, id, LARGE, false, true);
          encodeData(writer, id, message(0), true);
        }
        return 2_000;
      });
      await attack.pause(1_000);
    },
  },
  {
    name: "a peer that never reads",
    role: "server",
    bound: ["MAX_QUEUED_OCTETS", MAX_QUEUED_OCTETS],
    expect: HELD,
    async attack(attack) {
      const socket = await attack.connect([], false);
      const fields = requestFields("");
      const encoder = new HpackEncoder({ indexing: () => "none" });
      let id = -1;
      // Much of the path comes back with the answer.
      const ask = (writer: FrameWriter) => {
        id += 2;
        fields[2] = [":path", `/${id}${"p".repeat(180)}`];
        encodeHeaders(writer, id, encoder.encode(fields), true, true);
        return 1;
      };
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 100; i++) ask(writer);
        return 100;
      });
      await attack.settle(socket, ask);
    },
  },
  onResponse(
    "DATA, empty",
    USELESS,
    CALMED,
    () => {},
    (writer) => encodeData(writer, 1, NOTHING, false),
  ),
  onResponse(
    "DATA that is padding",
    USELESS,
    CALMED,
    () => {},
    (writer) =>
      encodeFrame(writer, FrameType.DATA, 0x8, 1, Uint8Array.of(1, 0)),
  ),
  onResponse(
    "DATA of a stream that it has reset",
    WINDOW,
    HELD,
    (writer) => encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, 1, ZERO),
    (writer) => encodeData(writer, 1, ONE, false),
  ),
  onResponse(
    "WINDOW_UPDATE of 0 on a stream that is gone",
    FAULTY,
    CALMED,
    (writer) => encodeRstStream(writer, 1, 0x2),
    (writer) => encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, 1, ZERO),
  ),
  onResponse(
    "RST_STREAM",
    USELESS,
    CALMED,
    () => {},
    (writer) => encodeRstStream(writer, 1, 0x2),
  ),
  onResponse(
    "WINDOW_UPDATE of the connection",
    ["MAX_UINT31", 2 ** 31 - 1],
    CHEAP,
    () => {},
    (writer) => encodeWindowUpdate(writer, 0, 1),
  ),
];
