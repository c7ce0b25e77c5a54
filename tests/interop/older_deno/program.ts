/**
 * A channel and a server over ages of connections and keepalive, on whatever
 * Deno runs it and without a configuration: nothing but `mod.ts`. Prints what
 * it saw as JSON.
 *
 * @module
 */
import {
  Channel,
  createClient,
  implement,
  Metadata,
  serve,
} from "../../../mod.ts";

const octets = (message: Uint8Array) => message;

const unary = {
  requestStream: false,
  responseStream: false,
  requestSerialize: octets,
  requestDeserialize: octets,
  responseSerialize: octets,
  responseDeserialize: octets,
} as const;

const Echo = {
  soon: { path: "/echo.Echo/Soon", ...unary },
  late: { path: "/echo.Echo/Late", ...unary },
};

/** Milliseconds of calls. */
const DURATION = 1_500;

/** Milliseconds that a late answer takes: PINGs are due meanwhile. */
const LATENESS = 400;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const server = serve({
  hostname: "127.0.0.1",
  port: 0,
  keepalive: { maxConnectionAge: 250, maxConnectionAgeGrace: 1_000 },
  enforcement: { minTime: 10, permitWithoutStream: true },
}, [
  implement(Echo, {
    late: (request) => pause(LATENESS).then(() => request),
    soon: (request, { metadata, trailers }) => {
      const tag = metadata.get("tag-bin");
      if (tag !== undefined) trailers.set("tag-bin", tag);
      return request;
    },
  }),
]);

const { port } = server.addr as Deno.NetAddr;
let connections = 0;
let pings = 0;
const channel = new Channel(`127.0.0.1:${port}`, {
  keepalive: {
    time: 50,
    minimumTime: 10,
    timeout: 5_000,
    permitWithoutStream: true,
  },
  onEvent: ({ type }) => {
    if (type === "established") connections++;
    if (type === "ping-acked") pings++;
  },
});
const echo = createClient(Echo, channel);

const tag = Uint8Array.of(0xfb, 0xff, 0);
let tagged: unknown;
await echo.soon(Uint8Array.of(1), {
  metadata: new Metadata({ "tag-bin": tag }),
  onTrailers: (trailers) => tagged = trailers.get("tag-bin"),
});

let calls = 1;
const end = performance.now() + DURATION;
while (performance.now() < end) {
  await echo.soon(new Uint8Array(1_000), { deadline: 10_000 });
  calls++;
  await pause(5);
}
await echo.late(Uint8Array.of(2));

await channel.close();
await server.shutdown();
console.log(JSON.stringify({
  version: Deno.version.deno,
  calls,
  connections,
  pings,
  tagged: tagged instanceof Uint8Array ? [...tagged] : String(tagged),
}));
