/**
 * The greeter as a service, with an interceptor that tells what it does.
 *
 * @module
 */
import { delay } from "@std/async";
import {
  type CallContext,
  GrpcError,
  implement,
  type ServerInterceptor,
  type Service,
  Status,
} from "@keepalive/grpc";
import { Greeter, type HelloReply } from "./greeter.ts";

const HELLO = new Map([["en", "Hello"], ["de", "Hallo"], ["fr", "Bonjour"]]);

/** Names of one `LotsOfGreetings`, so that a client cannot fill the memory. */
const MOST_NAMES = 100;

/** Greets in four ways. */
export const greeter: Service = implement(Greeter, {
  sayHello: ({ name }, call) => greeterIn(call)(name),

  async *lotsOfReplies({ name }, call) {
    const greet = greeterIn(call);
    const over = AbortSignal.any([call.signal, call.draining]);
    while (!over.aborted) {
      yield greet(name);
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
    return greeterIn(call)(new Intl.ListFormat("en").format(names));
  },

  async *bidiHello(requests, call) {
    const greet = greeterIn(call);
    for await (const { name } of requests) yield greet(name);
  },
});

/**
 * Greets in the language that the client asks for. The headers of a response
 * say which: they leave with its first message, so they are set before that.
 */
function greeterIn(
  { metadata, headers }: CallContext,
): (name: string) => HelloReply {
  const wanted = String(metadata.get("accept-language"));
  const language = HELLO.has(wanted) ? wanted : "en";
  headers.set("content-language", language);
  return (name) => {
    if (name !== "") return { message: `${HELLO.get(language)}, ${name}!` };
    throw new GrpcError(Status.INVALID_ARGUMENT, "A name must not be empty");
  };
}

/** Prints a line for each call. */
export const log: ServerInterceptor = async (
  { path, peer, deadline },
  proceed,
) => {
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
