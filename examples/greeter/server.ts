/**
 * Serves a greeter with the four kinds of call, and retires politely. See
 * `deno task greeter:server --help`.
 *
 * @module
 */
import { Health, serve, type Server, ServingStatus } from "@keepalive/grpc";
import { reflection } from "@keepalive/grpc/reflection";
import { onStopSignal, runTool } from "../../src/cli/mod.ts";
import { parseServer, refused, type ServerFlags } from "./flags.ts";
import { greeter, log } from "./service.ts";

/** What tools such as grpcurl ask for; `deno task generate` makes it. */
const descriptors = Deno.readFileSync(
  new URL("./generated/helloworld.binpb", import.meta.url),
);

await runTool("greeter:server", parseServer, run);

async function run(flags: ServerFlags): Promise<number> {
  const health = new Health({ "helloworld.Greeter": ServingStatus.SERVING });
  const server = start(flags, health);
  console.log(`Greeting on port ${(server.addr as Deno.NetAddr).port}`);
  using _signals = onStopSignal((signal) => {
    console.log(`${signal}: no new calls, 10 s for running ones`);
    health.set("helloworld.Greeter", ServingStatus.NOT_SERVING);
    void server.shutdown({ grace: 10_000 });
  });
  await server.finished;
  console.log("Stopped");
  return 0;
}

function start({ port, tls }: ServerFlags, health: Health): Server {
  try {
    return serve({
      port,
      tls,
      keepalive: { time: 5_000, timeout: 1_000, maxConnectionIdle: 60_000 },
      enforcement: { minTime: 5_000, permitWithoutStream: true },
      interceptors: [log],
    }, [greeter, health.service, reflection(descriptors, health.service)]);
  } catch (error) {
    throw refused(error, { port });
  }
}
