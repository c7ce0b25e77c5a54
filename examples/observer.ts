/**
 * What happens to a channel, its connections and its calls, as it happens.
 *
 * ```sh
 * deno run --allow-net examples/observer.ts
 * ```
 *
 * @module
 */
import {
  Channel,
  createClient,
  Health,
  HealthDefinition,
  type Observer,
  serve,
} from "@keepalive/grpc";

/** Each method is optional; a kind of event without one is never made. */
const observer: Observer = {
  connection: ({ type }) => console.log(`connection  ${type}`),
  channel: ({ type }) => console.log(`channel     ${type}`),
  call: ({ type }) => console.log(`call        ${type}`),
  message: ({ type }) => console.log(`message     ${type}`),
};

await using server = serve(
  { hostname: "127.0.0.1", port: 0 },
  [new Health({}).service],
);
const { port } = server.addr as Deno.NetAddr;

await using channel = new Channel(`127.0.0.1:${port}`, { observer });
const client = createClient(HealthDefinition, channel);
await client.check({ service: "" }, { deadline: 1_000 });
