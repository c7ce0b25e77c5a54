/**
 * Makes unary calls while the collector of short-lived objects passes again and
 * again, and tells after each round how many octets are left.
 */
import { Channel, implement, serve } from "../../mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const ROUNDS = 8;
const CALLS = 4_000;
const CALLS_PER_COLLECTION = 250;

const method = rawMethod("Echo", false, false);
await using server = serve({ port: 0, hostname: "127.0.0.1" }, [
  implement({ method }, { method: (request) => Promise.resolve(request) }),
]);
const { port } = server.addr as Deno.NetAddr;
await using channel = new Channel(`127.0.0.1:${port}`);

let calls = 0;

async function makeCalls(last: number): Promise<void> {
  while (calls < last) {
    calls++;
    await channel.unary(method, new Uint8Array(8));
    if (calls % CALLS_PER_COLLECTION === 0) collect();
  }
}

function collect(): void {
  const { gc } = globalThis as unknown as {
    gc(options: { type: "minor" }): void;
  };
  gc({ type: "minor" });
}

for (let round = 1; round <= ROUNDS; round++) {
  const each = () => makeCalls(round * CALLS);
  await Promise.all(Array.from({ length: 8 }, each));
  collect();
  console.log(Deno.memoryUsage().heapUsed);
}
