import { FAULTY_STREAMS } from "../../../src/connection/flood_budget.ts";
import { RAPID_RESETS } from "../../../src/connection/streams/peer_resets.ts";
import { DEFAULT_MAX_RECEIVE_LENGTH } from "../../../src/grpc/mod.ts";
import {
  encodeData,
  encodeFrame,
  encodeHeaders,
  encodeRstStream,
  FrameType,
  type FrameWriter,
} from "../../../src/frames/mod.ts";
import { HpackEncoder } from "../../../src/hpack/mod.ts";
import { block, literal, message, request, requestFields } from "../blocks.ts";
import { CALMED, CHEAP, type Expectation, type FloodRow } from "../row.ts";

const FAULTY = ["FAULTY_STREAMS.burst", FAULTY_STREAMS.burst] as const;
const CHAT = request("/arena.Arena/Chat");
const HANG = request("/arena.Arena/Hang");
const SHORT = request("/arena.Arena/Chat", [["content-length", "3"]]);
const ZERO = new Uint8Array(4);
const MOST = Uint8Array.of(0x7f, 0xff, 0xff, 0xff);
const BYTE = Uint8Array.of(0);

/** Streams in one write. */
const BATCH = 100;

type OnStream = (writer: FrameWriter, id: number) => void;

/** A stream after the other, each with what ends it. */
function streams(
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  say: OnStream,
): FloodRow {
  return {
    name,
    role: "server",
    bound,
    expect,
    async attack(attack) {
      const socket = await attack.connect();
      let id = -1;
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < BATCH; i++) say(writer, id += 2);
        return 2 * BATCH;
      });
    },
  };
}

/** The server is made to reset a stream. */
function madeYouReset(name: string, say: OnStream): FloodRow {
  return streams(`MadeYouReset: ${name}`, FAULTY, CALMED, say);
}

/** The server resets a stream of which nothing goes on. */
function unserved(name: string, say: OnStream): FloodRow {
  const bound = ["maxConcurrentStreams", 1_000] as const;
  return streams(`Reset without a call: ${name}`, bound, CHEAP, say);
}

function onOpen(block: Uint8Array, say: OnStream): OnStream {
  return (writer, id) => {
    encodeHeaders(writer, id, block, false, true);
    say(writer, id);
  };
}

function withField(name: string, value: string): OnStream {
  const block = request("/arena.Arena/Chat", [[name, value]]);
  return (writer, id) => encodeHeaders(writer, id, block, false, true);
}

/** Streams that are reset, by whom ever. */
export const RESETS: FloodRow[] = [
  streams(
    "rapid reset",
    ["RAPID_RESETS.burst", RAPID_RESETS.burst],
    CALMED,
    onOpen(HANG, (writer, id) => encodeRstStream(writer, id, 0x8)),
  ),
  {
    name: "rapid reset, with a pause in between",
    role: "server",
    bound: ["maxConcurrentStreams", 1_000],
    expect: CHEAP,
    async attack(attack) {
      const socket = await attack.connect();
      const encoder = new HpackEncoder();
      const fields = requestFields("/arena.Arena/Hang");
      let id = -1;
      await attack.flood(socket, (writer, turn) => {
        for (let i = 0; turn > 0 && i < BATCH; i++) {
          encodeRstStream(writer, id - 2 * i, 0x8);
        }
        for (let i = 0; i < BATCH; i++) {
          const block = encoder.encode(fields);
          encodeHeaders(writer, id += 2, block, false, true);
        }
        return 2 * BATCH;
      }, () => attack.pause(5));
    },
  },
  madeYouReset(
    "WINDOW_UPDATE of 0",
    onOpen(
      CHAT,
      (writer, id) => encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, id, ZERO),
    ),
  ),
  madeYouReset(
    "WINDOW_UPDATE that overflows",
    onOpen(
      CHAT,
      (writer, id) => encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, id, MOST),
    ),
  ),
  madeYouReset(
    "DATA after END_STREAM",
    onOpen(CHAT, (writer, id) => {
      encodeData(writer, id, message(0), true);
      encodeData(writer, id, BYTE, true);
    }),
  ),
  madeYouReset(
    "HEADERS after END_STREAM",
    onOpen(HANG, (writer, id) => {
      encodeData(writer, id, message(0), true);
      encodeHeaders(writer, id, block([["a", "b"]]), true, true);
    }),
  ),
  madeYouReset(
    "PRIORITY that depends on itself",
    onOpen(HANG, (writer, id) => {
      const itself = new Uint8Array(5);
      new DataView(itself.buffer).setUint32(0, id);
      encodeFrame(writer, FrameType.PRIORITY, 0, id, itself);
    }),
  ),
  madeYouReset(
    "second HEADERS",
    onOpen(
      CHAT,
      (writer, id) =>
        encodeHeaders(writer, id, block([["a", "b"]]), false, true),
    ),
  ),
  madeYouReset(
    "malformed HEADERS",
    (writer, id) =>
      encodeHeaders(writer, id, literal(0, "Upper", "v"), false, true),
  ),
  madeYouReset(
    "malformed trailers",
    onOpen(
      CHAT,
      (writer, id) =>
        encodeHeaders(writer, id, literal(0, "Upper", "v"), true, true),
    ),
  ),
  madeYouReset(
    "more content than was said",
    onOpen(SHORT, (writer, id) => encodeData(writer, id, message(9), false)),
  ),
  madeYouReset(
    "less content than was said",
    onOpen(SHORT, (writer, id) => encodeData(writer, id, BYTE, true)),
  ),
  madeYouReset("a bad te", withField("te", "gzip")),
  madeYouReset(
    "a bad message prefix",
    onOpen(
      CHAT,
      (writer, id) => encodeData(writer, id, message(0, 0, 7), false),
    ),
  ),
  madeYouReset(
    "a message that is too large",
    onOpen(CHAT, (writer, id) => {
      const large = message(DEFAULT_MAX_RECEIVE_LENGTH + 1, 0);
      encodeData(writer, id, large, false);
    }),
  ),
  madeYouReset(
    "a message compressed with nothing",
    onOpen(
      CHAT,
      (writer, id) => encodeData(writer, id, message(3, 3, 1), false),
    ),
  ),
  madeYouReset("a message that is no gzip", (writer, id) => {
    encodeHeaders(writer, id, GZIP, false, true);
    encodeData(writer, id, message(3, 3, 1), false);
  }),
  unserved("a bad timeout", withField("grpc-timeout", "soon")),
  unserved(
    "no gRPC",
    (writer, id) => encodeHeaders(writer, id, GET, false, true),
  ),
  unserved(
    "a method that is unknown",
    (writer, id) => encodeHeaders(writer, id, UNKNOWN, false, true),
  ),
  unserved(
    "an encoding that is unknown",
    withField("grpc-encoding", "snappy"),
  ),
  madeYouReset(
    "calls above the limit",
    (writer, id) => encodeHeaders(writer, id, HANG, false, true),
  ),
  streams(
    "bad timeouts of calls that have ended",
    ["maxConcurrentStreams", 1_000],
    CHEAP,
    (writer, id) => encodeHeaders(writer, id, SOON, true, true),
  ),
  {
    name: "RST_STREAM of streams that are gone",
    role: "server",
    bound: FAULTY,
    expect: CALMED,
    async attack(attack) {
      const socket = await attack.connect();
      await socket.say((writer) => {
        encodeHeaders(writer, 1, UNKNOWN, true, true);
        return 1;
      });
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 500; i++) encodeRstStream(writer, 1, 0x8);
        return 500;
      });
    },
  },
];

const GZIP = request("/arena.Arena/Chat", [["grpc-encoding", "gzip"]]);
const SOON = request("/arena.Arena/Chat", [["grpc-timeout", "soon"]]);
const UNKNOWN = request("/arena.Arena/Unknown");
const GET = block([
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "arena"],
]);
