import { FAULTY_STREAMS } from "../../../src/connection/flood_budget.ts";
import { HEADER_LIMITS } from "../../../src/connection/mod.ts";
import {
  encodeContinuation,
  encodeHeaders,
  type FrameWriter,
} from "../../../src/frames/mod.ts";
import {
  block,
  huffman,
  join,
  literal,
  repeat,
  request,
  RESPONSE,
} from "../blocks.ts";
import {
  BROKEN,
  CALMED,
  CHEAP,
  type Expectation,
  type FloodRow,
} from "../row.ts";

const NOTHING = new Uint8Array(0);
const BLOCK = [
  "absoluteMaxHeaderListSize",
  HEADER_LIMITS.absoluteMaxHeaderListSize,
] as const;
const LIST = ["maxHeaderListSize", HEADER_LIMITS.maxHeaderListSize] as const;
const FAULTY = ["FAULTY_STREAMS.burst", FAULTY_STREAMS.burst] as const;
const CHAT = request("/arena.Arena/Chat");
const UNKNOWN = request("/arena.Arena/Unknown");

/** Octets of a block in one frame. */
const PIECE = 16_000;

/** A whole block, in as many frames as it needs. */
function encodeBlock(
  writer: FrameWriter,
  id: number,
  octets: Uint8Array,
  endStream: boolean,
): number {
  let frames = 1;
  encodeHeaders(
    writer,
    id,
    octets.subarray(0, PIECE),
    endStream,
    octets.length <= PIECE,
  );
  for (let at = PIECE; at < octets.length; at += PIECE, frames++) {
    const piece = octets.subarray(at, at + PIECE);
    encodeContinuation(writer, id, piece, at + PIECE >= octets.length);
  }
  return frames;
}

/** Blocks of requests, one stream after the other. */
function blocks(
  name: string,
  bound: FloodRow["bound"],
  expect: Expectation,
  octets: Uint8Array,
  before?: Uint8Array,
): FloodRow {
  const count = Math.max(1, Math.floor(65_536 / (octets.length + 130)));
  return {
    name,
    role: "server",
    bound,
    expect,
    async attack(attack) {
      const socket = await attack.connect();
      let id = -1;
      await attack.flood(socket, (writer, turn) => {
        let frames = 0;
        if (turn === 0 && before !== undefined) {
          frames += encodeBlock(writer, id += 2, before, true);
        }
        for (let i = 0; i < count; i++) {
          frames += encodeBlock(writer, id += 2, octets, true);
        }
        return frames;
      });
    },
  };
}

/** CONTINUATION upon CONTINUATION. */
function continued(
  role: FloodRow["role"],
  name: string,
  expect: Expectation,
  piece: Uint8Array,
): FloodRow {
  return {
    name,
    role,
    bound: BLOCK,
    expect,
    async attack(attack) {
      const socket = role === "server"
        ? await attack.connect()
        : await attack.serve();
      await socket.say((writer) => {
        const head = role === "server" ? CHAT : RESPONSE;
        encodeHeaders(writer, 1, head, false, false);
        return 1;
      });
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 500; i++) {
          encodeContinuation(writer, 1, piece, false);
        }
        return 500;
      });
    },
  };
}

const ENTRY = literal(0x40, "x", "v".repeat(4_000));
const OCTETS = literal(0x40, "x-bin", "QUJD".repeat(1_000));
const SPACES = literal(0x40, "x", `v${" ".repeat(3_998)}v`);
const ECHO = request("/arena.Arena/Echo");
const PLAIN = request("/arena.Arena/Unknown");

/** Header blocks: too long, too dear, without an end. */
export const HEADERS: FloodRow[] = [
  ...(["server", "client"] as const).flatMap((role) => [
    continued(role, "CONTINUATION, empty", CALMED, NOTHING),
    continued(
      role,
      "CONTINUATION of one octet, without an end",
      CALMED,
      Uint8Array.of(0x82),
    ),
    continued(
      role,
      "CONTINUATION of 16 KiB, without an end",
      CALMED,
      repeat(Uint8Array.of(0x82), 16_000),
    ),
  ]),
  blocks("HEADERS, empty", FAULTY, CALMED, NOTHING),
  {
    name: "HEADERS without an end, and others in between",
    role: "server",
    bound: BLOCK,
    expect: BROKEN,
    async attack(attack) {
      const socket = await attack.connect();
      await attack.flood(socket, (writer) => {
        encodeHeaders(writer, 1, CHAT, false, false);
        return 1;
      });
    },
  },
  blocks(
    "HPACK bomb: an entry of 4 KiB, 64 Ki times",
    BLOCK,
    CALMED,
    repeat(Uint8Array.of(0xbe), 65_000),
    join(PLAIN, ENTRY),
  ),
  blocks(
    "HPACK bomb: an entry of 4 KiB, as often as is allowed",
    LIST,
    CHEAP,
    join(PLAIN, repeat(Uint8Array.of(0xbe), 15)),
    join(PLAIN, ENTRY),
  ),
  blocks(
    "HPACK bomb: octets of 4 KiB, as often as is allowed",
    ["MAX_HEADER_LIST_SIZE", 65_536],
    CHEAP,
    join(ECHO, repeat(Uint8Array.of(0xbe), 15)),
    join(ECHO, OCTETS),
  ),
  blocks(
    "HPACK bomb: white space of 4 KiB, as often as is allowed",
    ["MAX_HEADER_LIST_SIZE", 65_536],
    CHEAP,
    join(ECHO, repeat(Uint8Array.of(0xbe), 15)),
    join(ECHO, SPACES),
  ),
  blocks(
    "HPACK bomb: entries of 4 KiB that evict others",
    LIST,
    CHEAP,
    join(PLAIN, repeat(ENTRY, 60_000)),
  ),
  blocks(
    "HPACK bomb: tiny entries that evict others",
    BLOCK,
    CALMED,
    join(PLAIN, repeat(literal(0x40, "a", ""), 60_000)),
  ),
  blocks(
    "1,800 tiny fields",
    LIST,
    CHEAP,
    join(PLAIN, repeat(literal(0, "a", ""), 7_200)),
  ),
  blocks(
    "a Huffman string of 40,000 octets",
    LIST,
    CHEAP,
    join(
      PLAIN,
      Uint8Array.of(0, 1, 0x78),
      huffman(new Uint8Array(40_000)),
    ),
  ),
  blocks(
    "a Huffman string of 60,000 octets",
    FAULTY,
    CHEAP,
    join(
      PLAIN,
      Uint8Array.of(0, 1, 0x78),
      huffman(new Uint8Array(60_000)),
    ),
  ),
  blocks(
    "paths of 16 KiB",
    LIST,
    CHEAP,
    join(
      Uint8Array.of(0x83, 0x86),
      literal(0, ":path", `/${"p".repeat(16_000)}`),
      literal(0, "te", "trailers"),
      literal(0, "content-type", "application/grpc"),
    ),
  ),
  {
    name: "trailers of 8 KiB",
    role: "server",
    bound: LIST,
    expect: CHEAP,
    async attack(attack) {
      const socket = await attack.connect();
      const trailers = block([["x", "v".repeat(8_000)]]);
      let id = -1;
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 8; i++) {
          encodeHeaders(writer, id += 2, CHAT, false, true);
          encodeHeaders(writer, id, trailers, true, true);
        }
        return 16;
      });
    },
  },
  {
    name: "1xx without an end",
    role: "client",
    bound: ["USELESS_FRAMES.burst", 1_000],
    expect: CALMED,
    async attack(attack) {
      const socket = await attack.serve();
      const early = block([[":status", "103"]]);
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < 500; i++) {
          encodeHeaders(writer, 1, early, false, true);
        }
        return 500;
      });
    },
  },
  blocks(
    "methods that are unknown",
    ["maxConcurrentStreams", 1_000],
    CHEAP,
    UNKNOWN,
  ),
];
