import { CLIENT_PREFACE } from "../../../src/connection/preface.ts";
import { encodeHeaders, FrameWriter } from "../../../src/frames/mod.ts";
import type { Attack } from "../attack.ts";
import { request } from "../blocks.ts";
import { type FloodRow, HELD } from "../row.ts";

const HANDSHAKE = ["handshakeTimeout", 120_000] as const;

/** Sockets that are opened at once. */
const AT_ONCE = 50;

/**
 * The platform's allocator keeps what some thousand sockets took, for the next
 * ones.
 */
const STAYS = 192 * 1_048_576;

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
): FloodRow {
  return {
    name,
    role: "server",
    bound,
    expect: HELD,
    stays: STAYS,
    async attack(attack) {
      await each(attack, use);
      await then(attack);
    },
  };
}

/** Connections that do nothing, or little. */
export const SOCKETS: FloodRow[] = [
  held("silent connections", HANDSHAKE, async (attack) => {
    await attack.connectSilently();
  }),
  held("half prefaces", HANDSHAKE, async (attack) => {
    const socket = await attack.connectSilently();
    await socket.write(CLIENT_PREFACE.subarray(0, 12));
  }),
  held("connections without a call", ["maxConnectionIdle", "Infinity"], async (
    attack,
  ) => {
    await attack.connect();
  }),
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
