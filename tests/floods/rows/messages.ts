import {
  encodeData,
  encodeHeaders,
  FrameType,
} from "../../../src/frames/mod.ts";
import { message, request } from "../blocks.ts";
import { type FloodRow, HELD } from "../row.ts";

const GZIP = [["grpc-encoding", "gzip"]] as const;
const COLLECT = request("/arena.Arena/Collect", [...GZIP]);
const PLAIN = request("/arena.Arena/Collect");

const QUOTA = ["MemoryQuotaOptions.connection", 67_108_864] as const;

/** Octets of the largest message that is accepted. */
const LARGEST = 4_194_304;

/** A message of so many zeros. */
async function bomb(octets: number): Promise<Uint8Array> {
  const zeros = new Blob([new Uint8Array(octets)]).stream();
  const folded = zeros.pipeThrough(new CompressionStream("gzip"));
  const payload = new Uint8Array(await new Response(folded).arrayBuffer());
  const framed = message(payload.length, payload.length, 1);
  framed.set(payload, 5);
  return framed;
}

/** Calls with a message each, so many in a write. */
function bombs(name: string, octets: number, atOnce: number): FloodRow {
  return {
    name,
    role: "server",
    bound: QUOTA,
    expect: HELD,
    async attack(attack) {
      const folded = await bomb(octets);
      const socket = await attack.connect();
      let id = -1;
      await attack.flood(socket, (writer) => {
        for (let i = 0; i < atOnce; i++) {
          encodeHeaders(writer, id += 2, COLLECT, false, true);
          encodeData(writer, id, folded, true);
        }
        return 2 * atOnce;
      }, () => attack.pause(100));
    },
  };
}

/** Messages that take more than they seem to. */
export const MESSAGES: FloodRow[] = [
  bombs("gzip bombs, one at a time", 4 * LARGEST, 1),
  bombs("gzip bombs that are just small enough, ten at a time", LARGEST, 10),
  {
    name: "half messages of 4 MiB, on 1,000 streams",
    role: "server",
    bound: QUOTA,
    expect: HELD,
    async attack(attack) {
      const socket = await attack.connect();
      const half = message(LARGEST, 40);
      await socket.say((writer) => {
        for (let id = 1; id < 2_000; id += 2) {
          encodeHeaders(writer, id, PLAIN, false, true);
          encodeData(writer, id, half, false);
        }
        return 2_000;
      });
      await attack.pause(1_000);
    },
  },
  {
    name: "empty messages on ten connections",
    role: "server",
    bound: ["SHARE", 65_536],
    expect: HELD,
    async attack(attack) {
      const empty = new Uint8Array(16_380);
      await Promise.all(Array.from({ length: 10 }, async () => {
        const socket = await attack.connect();
        let updates = 0;
        await attack.flood(socket, (writer, turn) => {
          updates = socket.received[FrameType.WINDOW_UPDATE];
          encodeHeaders(writer, 2 * turn + 1, PLAIN, false, true);
          for (let i = 0; i < 3; i++) {
            encodeData(writer, 2 * turn + 1, empty, i === 2);
          }
          return 4;
        }, () => {
          const { received } = socket;
          const isNews = () => received[FrameType.WINDOW_UPDATE] > updates;
          return socket.until(isNews, 1_000);
        });
      }));
    },
  },
];
