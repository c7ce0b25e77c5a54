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
  type ListenTlsOptions,
  serve,
  type ServerInterceptor,
  ServingStatus,
  Status,
} from "@keepalive/grpc";
import { onStopSignal } from "../cli/stop_signals.ts";
import { Greeter, type HelloReply } from "./greeter.ts";

const command = new Command("deno task greeter:server")
  .option("--port <port>", "Port to listen on; 0 takes a free one", "50051")
  .option("--cert <file>", "Certificate chain in PEM; turns TLS on")
  .option("--key <file>", "Private key in PEM")
  .parse(Deno.args, { from: "user" });
const { port, cert, key } = command.opts();

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

async function tlsOptions(): Promise<ListenTlsOptions | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    command.error("error: --cert and --key go together");
  }
  return {
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
  };
}

const health = new Health({ "helloworld.Greeter": ServingStatus.SERVING });

const server = serve({
  port: Number(port),
  tls: await tlsOptions(),
  keepalive: { time: 5_000, timeout: 1_000, maxConnectionIdle: 60_000 },
  enforcement: { minTime: 5_000, permitWithoutStream: true },
  interceptors: [log],
}, [greeter, health.service]);
console.log(`Greeting on port ${(server.addr as Deno.NetAddr).port}`);

using _signals = onStopSignal((signal) => {
  console.log(`${signal}: no new calls, 10 s for running ones`);
  health.set("helloworld.Greeter", ServingStatus.NOT_SERVING);
  void server.shutdown({ grace: 10_000 });
});
await server.finished;
console.log("Stopped");
