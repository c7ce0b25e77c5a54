/**
 * This module as a program of `idle.ts`, from the checkout that it is told.
 *
 * ```sh
 * deno run -A ours.ts server | client [<target>] --from <URL of mod.ts> [--unrecorded] [--time <ms>]
 * ```
 *
 * @module
 */
import process from "node:process";
import { type Peers, run, timeFlag } from "./program.ts";

const at = process.argv.indexOf("--from");
if (at < 0) {
  console.error("Usage: ours.ts server | client <host:port> --from <mod.ts>");
  process.exit(2);
}
const from = process.argv[at + 1];
const { Channel, implement, serve }: typeof import("../../../mod.ts") =
  await import(from);

const recorder = !process.argv.includes("--unrecorded");

const time = timeFlag(10_000);

const raw = (octets: Uint8Array) => octets;

const Echo = {
  unary: {
    path: "/echo.Echo/Unary",
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  },
} as const;

await run({
  serve() {
    const echo = implement(Echo, { unary: (request) => request });
    const server = serve({
      hostname: "127.0.0.1",
      port: 0,
      maxConnections: Infinity,
      keepalive: { time, minimumTime: Math.min(time, 1_000) },
      enforcement: { minTime: 5_000, permitWithoutStream: true },
      recorder,
    }, [echo]);
    return (server.addr as Deno.NetAddr).port;
  },
  connect(target): Peers {
    const channels: InstanceType<typeof Channel>[] = [];
    const options = {
      keepalive: { time: 10_000, permitWithoutStream: true },
      recorder,
    };
    return {
      async open() {
        const channel = new Channel(target, options);
        channels.push(channel);
        await channel.connect();
      },
      async close() {
        const closing = channels.splice(0).map((channel) => channel.close());
        await Promise.all(closing);
      },
      async call() {
        const channel = new Channel(target, options);
        await channel.unary(Echo.unary, new Uint8Array(32));
        return () => channel.close();
      },
    };
  },
});
