import { USELESS_FRAMES } from "../../../src/connection/flood_budget.ts";
import { MAX_QUEUED_REPLIES } from "../../../src/connection/output.ts";
import {
  encodeFrame,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodePushPromise,
  encodeSettings,
  encodeSettingsAck,
  type FrameWriter,
  SettingId,
} from "../../../src/frames/mod.ts";
import { request, RESPONSE } from "../blocks.ts";
import {
  BROKEN,
  CALMED,
  CHEAP,
  type Expectation,
  type FloodRow,
} from "../row.ts";

const NOTHING = new Uint8Array(0);
const OPAQUE = new Uint8Array(8);
const USELESS = ["USELESS_FRAMES.burst", USELESS_FRAMES.burst] as const;

/** Frames in one write. */
const BATCH = 500;

type Say = (writer: FrameWriter, count: number) => void;

/** The same frame again and again, beside one call. */
function repeated(
  role: FloodRow["role"],
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  say: Say,
  server: FloodRow["server"] = () => ({}),
): FloodRow {
  return {
    name,
    role,
    bound,
    expect,
    server,
    async attack(attack) {
      const socket = role === "server"
        ? await attack.connect()
        : await attack.serve();
      await socket.say((writer) => {
        if (role === "client") encodeHeaders(writer, 1, RESPONSE, false, true);
        else encodeHeaders(writer, 1, HANG, false, true);
        return 1;
      });
      let count = 0;
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < BATCH; i++) say(writer, count++);
        return BATCH;
      });
    },
  };
}

const HANG = request("/arena.Arena/Hang");

/** As many settings as a frame holds. */
const MANY_SETTINGS = Array.from(
  { length: 2_700 },
  (_, i) => [0x1000 + i, i] as const,
);

const TO_BOTH: [
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  say: Say,
][] = [
  ["SETTINGS, empty", USELESS, CALMED, (writer) => encodeSettings(writer, [])],
  [
    "SETTINGS that resize the table",
    USELESS,
    CALMED,
    (writer, count) =>
      encodeSettings(writer, [
        [SettingId.HEADER_TABLE_SIZE, count % 2 * 4_096],
      ]),
  ],
  [
    "SETTINGS that move all windows",
    USELESS,
    CALMED,
    (writer, count) =>
      encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, count % 2]]),
  ],
  ["acknowledgements of SETTINGS", USELESS, CALMED, encodeSettingsAck],
  [
    "acknowledgements of PING",
    USELESS,
    CALMED,
    (writer) => encodePing(writer, true, OPAQUE),
  ],
  [
    "PRIORITY",
    USELESS,
    CALMED,
    (writer) => encodePriority(writer, 1, 0, 0, false),
  ],
  [
    "PRIORITY_UPDATE",
    USELESS,
    CALMED,
    (writer) => encodeFrame(writer, 0x10, 0, 0, new Uint8Array(12)),
  ],
  [
    "unknown frames",
    USELESS,
    CALMED,
    (writer) => encodeFrame(writer, 0xfa, 0, 0, NOTHING),
  ],
  [
    "GOAWAY",
    USELESS,
    CALMED,
    (writer) => encodeGoaway(writer, 0x7fff_ffff, 0, NOTHING),
  ],
  [
    "PUSH_PROMISE",
    ["ENABLE_PUSH", 0],
    BROKEN,
    (writer) => encodePushPromise(writer, 1, 2, RESPONSE, true),
  ],
];

/** Frames of the connection. */
export const CONTROL: FloodRow[] = [
  ...(["server", "client"] as const).flatMap((role) =>
    TO_BOTH.map(([name, bound, expect, say]) =>
      repeated(role, name, bound, expect, say)
    )
  ),
  ...(["server", "client"] as const).map((role): FloodRow => ({
    name: "SETTINGS of 2,700 parameters",
    role,
    bound: USELESS,
    expect: CALMED,
    async attack(attack) {
      const socket = role === "server"
        ? await attack.connect()
        : await attack.serve();
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 10; i++) encodeSettings(writer, MANY_SETTINGS);
        return 10;
      });
    },
  })),
  repeated(
    "server",
    "PING",
    ["enforcement.maxPingStrikes", 2],
    CALMED,
    (writer) => encodePing(writer, false, OPAQUE),
  ),
  repeated(
    "server",
    "PING, without enforcement",
    ["MAX_QUEUED_REPLIES", MAX_QUEUED_REPLIES],
    CHEAP,
    (writer) => encodePing(writer, false, OPAQUE),
    () => ({ enforcement: { maxPingStrikes: 0 } }),
  ),
  repeated(
    "client",
    "PING",
    ["MAX_QUEUED_REPLIES", MAX_QUEUED_REPLIES],
    CHEAP,
    (writer) => encodePing(writer, false, OPAQUE),
  ),
  {
    name: "PING, and nothing is read",
    role: "server",
    bound: ["MAX_QUEUED_REPLIES", MAX_QUEUED_REPLIES],
    expect: CALMED,
    server: () => ({ enforcement: { maxPingStrikes: 0 } }),
    async attack(attack) {
      const socket = await attack.connect([], false);
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < BATCH; i++) encodePing(writer, false, OPAQUE);
        return BATCH;
      });
      await attack.settle(socket, (writer) => {
        encodePing(writer, false, OPAQUE);
        return 1;
      });
    },
  },
];
