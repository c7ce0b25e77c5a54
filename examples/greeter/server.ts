/**
 * Serves a greeter with the four kinds of call, and retires politely. See
 * `deno task greeter:server --help`.
 *
 * @module
 */
import { delay } from "@std/async";
import { Command } from "commander";
import {
  type CallContext,
  GrpcError,
  Health,
  implement,
  serve,
  type Server,
  type ServerInterceptor,
  ServingStatus,
  Status,
} from "@keepalive/grpc";
import { readArguments, type Request } from "../cli/command.ts";
import { reader } from "../cli/flag_value.ts";
import { runTool } from "../cli/run_tool.ts";
import { onStopSignal } from "../cli/stop_signals.ts";
import { UsageError } from "../cli/usage_error.ts";
import { Greeter, type HelloReply } from "./greeter.ts";

/** What the flags set. */
interface Settings {
  readonly port: number;
  readonly cert?: string;
  readonly key?: string;
}

const HELLO = new Map([["en", "Hello"], ["de", "Hallo"], ["fr", "Bonjour"]]);

/** Names of one `LotsOfGreetings`, so that a client cannot fill the memory. */
const MOST_NAMES = 100;

const greeter = implement(Greeter, {
  sayHello: ({ name }, call) => greet(name, call),

  async *lotsOfReplies({ name }, call) {
    const over = AbortSignal.any([call.signal, call.draining]);
    while (!over.aborted) {
      yield greet(name, call);
      await delay(500, { signal: over }).catch(() => {});
    }
    call.signal.throwIfAborted();
    yield { message: `Goodbye, ${name}!` };
  },

  async lotsOfGreetings(requests, call) {
    const names = [];
    for await (const { name } of requests) {
      if (names.push(name) > MOST_NAMES) {
        throw new GrpcError(Status.RESOURCE_EXHAUSTED, "Too many names");
      }
    }
    return greet(new Intl.ListFormat("en").format(names), call);
  },

  async *bidiHello(requests, call) {
    for await (const { name } of requests) yield greet(name, call);
  },
});

/** Greets in the language that the client asks for. */
function greet(name: string, { metadata, headers }: CallContext): HelloReply {
  if (name === "") {
    throw new GrpcError(Status.INVALID_ARGUMENT, "A name must not be empty");
  }
  const wanted = String(metadata.get("accept-language"));
  const language = HELLO.has(wanted) ? wanted : "en";
  headers.set("content-language", language);
  return { message: `${HELLO.get(language)}, ${name}!` };
}

const log: ServerInterceptor = async ({ path, peer, deadline }, proceed) => {
  const began = Date.now();
  const limit = deadline === undefined ? "" : ` of ${+deadline - began}`;
  let outcome = "OK";
  try {
    await proceed();
  } catch (error) {
    outcome = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    console.log(`${peer} ${path} ${Date.now() - began}${limit} ms: ${outcome}`);
  }
};

function parse(args: readonly string[]): Request<Settings> {
  const command = new Command("deno task greeter:server")
    .description("Serves a greeter with the four kinds of call.")
    .option(
      "--port <port>",
      "Port to listen on; 0 takes a free one",
      reader("port", "port"),
      50_051,
    )
    .option(
      "--cert <file>",
      "Certificate chain in PEM; turns TLS on",
      reader("cert", "pem"),
    )
    .option("--key <file>", "Private key in PEM", reader("key", "pem"));
  return readArguments(command, args, () => command.opts<Settings>());
}

/** What the library or the system refuses is a flag that cannot be used. */
function start({ port, cert, key }: Settings, health: Health): Server {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("Cannot use TLS: --cert and --key go together");
  }
  const tls = cert === undefined || key === undefined
    ? undefined
    : { cert, key };
  try {
    return serve({
      port,
      tls,
      keepalive: { time: 5_000, timeout: 1_000, maxConnectionIdle: 60_000 },
      enforcement: { minTime: 5_000, permitWithoutStream: true },
      interceptors: [log],
    }, [greeter, health.service]);
  } catch (error) {
    const { message } = error as Error;
    const isRefusal = error instanceof TypeError || error instanceof RangeError;
    throw new UsageError(
      isRefusal ? message : `Cannot listen on --port ${port}: ${message}`,
    );
  }
}

async function run(settings: Settings): Promise<number> {
  const health = new Health({ "helloworld.Greeter": ServingStatus.SERVING });
  const server = start(settings, health);
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

await runTool("greeter:server", parse, run);
