/**
 * Keepalive at both ends: a server that allows a PING every ten seconds and
 * retires connections, and a client that notices within 11 s that it is gone.
 *
 * ```sh
 * deno run --allow-net examples/keepalive.ts
 * ```
 *
 * @module
 */
import {
  Channel,
  createClient,
  Health,
  HealthDefinition,
  serve,
  ServingStatus,
} from "@keepalive/grpc";

const health = new Health({ "example.Service": ServingStatus.SERVING });

await using server = serve({
  hostname: "127.0.0.1",
  port: 0,
  keepalive: {
    time: 60_000, // a PING to clients that are silent for a minute
    timeout: 20_000, // and the end of those that do not answer
    maxConnectionIdle: 300_000, // no call for five minutes: retired
    maxConnectionAge: 1_800_000, // so is a connection of half an hour,
    maxConnectionAgeGrace: 60_000, // with a minute for its running calls
  },
  enforcement: { minTime: 10_000, permitWithoutStream: true },
}, [health.service]);

const { port } = server.addr as Deno.NetAddr;
console.log(`Listening on port ${port}`);

await using channel = new Channel(`127.0.0.1:${port}`, {
  keepalive: {
    time: 10_000, // not below `enforcement.minTime` of the server
    timeout: 1_000,
    permitWithoutStream: true, // also while no call runs
  },
});
const client = createClient(HealthDefinition, channel);
const { status } = await client.check(
  { service: "example.Service" },
  { deadline: 1_000, waitForReady: true },
);
console.log(status === ServingStatus.SERVING ? "It serves" : "It does not");
