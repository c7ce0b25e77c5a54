import { CLIENT_PREFACE } from "../../../src/connection/preface.ts";
import { encodeHeaders, FrameWriter } from "../../../src/frames/mod.ts";
import { makeCertificates } from "../../harness/certificates.ts";
import type { Attack } from "../attack.ts";
import { request } from "../blocks.ts";
import { type FloodRow, HELD } from "../row.ts";

const HANDSHAKES = ["maxHandshakes", 1_024] as const;
const CONNECTIONS = ["maxConnections", 10_000] as const;

/** The head of a TLS record of a ClientHello, and a part of that. */
const HALF_HELLO = Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3);

/** Sockets that are opened at once. */
const AT_ONCE = 50;

/** Octets of a connection, with TLS. */
const PER_CONNECTION = 32_768;

/** Opens as many connections as the attack allows, and uses each. */
async function each(
  attack: Attack,
  use: (attack: Attack) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < attack.limits.connections; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => use(attack)));
  }
}

function held(
  name: string,
  bound: FloodRow["bound"],
  use: (attack: Attack) => Promise<void>,
  then: (attack: Attack) => Promise<void> = (attack) => attack.pause(500),
  server: FloodRow["server"] = () => ({}),
): FloodRow {
  return {
    name,
    role: "server",
    bound,
    expect: HELD,
    server,
    perConnection: PER_CONNECTION,
    async attack(attack) {
      await each(attack, use);
      await then(attack);
    },
  };
}

/** Connections that do nothing, or little. */
export const SOCKETS: FloodRow[] = [
  held("silent connections", HANDSHAKES, async (attack) => {
    await attack.connectSilently();
  }),
  held("half prefaces", HANDSHAKES, async (attack) => {
    const socket = await attack.connectSilently();
    await socket.write(CLIENT_PREFACE.subarray(0, 12));
  }),
  held("connections without a call", CONNECTIONS, async (
    attack,
  ) => {
    await attack.connect();
  }),
  held(
    "TLS handshakes that stall",
    HANDSHAKES,
    async (attack) => {
      const socket = await attack.connectSilently();
      await socket.write(HALF_HELLO);
    },
    undefined,
    async () => ({ tls: (await makeCertificates()).server }),
  ),
  held(
    "slowloris: a request octet by octet",
    ["absoluteMaxHeaderListSize", 262_144],
    async (attack) => {
      await attack.connect();
    },
    async (attack) => {
      const writer = new FrameWriter();
      encodeHeaders(writer, 1, request("/arena.Arena/Chat"), false, true);
      const octets = writer.take().slice();
      for (let at = 0; at < 50 && !attack.isOver; at++) {
        const octet = octets.subarray(at, at + 1);
        await Promise.all(attack.sockets.map((socket) => socket.write(octet)));
      }
    },
  ),
];
