/**
 * Prints what a unary call of 32 octets leaves to the garbage collector at both
 * ends together, in octets. Run with so much room for young objects that none
 * are collected meanwhile.
 *
 * @module
 */
import { getHeapStatistics } from "node:v8";
import { Channel, implement, serve } from "../../../mod.ts";
import { rawMethod } from "../../grpc/support/played_call.ts";

const AT_A_TIME = 16;

/** Calls until all is compiled, and those of a turn that is measured. */
const WARM_UP = 60_000;
const MEASURED = 2_000;

const method = rawMethod("Garbage", false, false);
const service = implement({ echo: method }, { echo: (request) => request });
const server = serve({ hostname: "127.0.0.1", port: 0 }, [service]);
const { port } = server.addr as Deno.NetAddr;
const channel = new Channel(`127.0.0.1:${port}`, { tls: false });
const request = new Uint8Array(32);

async function make(calls: number): Promise<void> {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await channel.unary(method, request);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, caller));
}

/** The least of several turns: what else the process does is none of it. */
async function leastOf(turns: number): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < turns; turn++) {
    const before = getHeapStatistics().used_heap_size;
    await make(MEASURED);
    const octets = getHeapStatistics().used_heap_size - before;
    // Less than nothing: objects were collected.
    if (octets > 0) least = Math.min(least, octets / MEASURED);
  }
  return least;
}

await make(WARM_UP);
console.log(Math.round(await leastOf(9)));
channel.close();
await server.close();
