import {
  type AnyService,
  type CallOptions,
  type DefinitionOf,
  type MessageStream,
  type MethodDefinition,
  methodNames,
  type Requests,
  requireDefinition,
  toServiceDefinition,
} from "../grpc/mod.ts";
import { display } from "../options/mod.ts";
import type { Channel } from "./channel.ts";

/** The function of a client for a method, by the kind of the method. */
export type ClientMethod<Method> = Method extends
  MethodDefinition<infer Request, unknown, unknown, infer Response>
  ? Method["requestStream"] extends true
    ? Method["responseStream"] extends true ? (
        requests: Requests<Request>,
        options?: CallOptions,
      ) => MessageStream<Response>
    : (requests: Requests<Request>, options?: CallOptions) => Promise<Response>
  : Method["responseStream"] extends true
    ? (request: Request, options?: CallOptions) => MessageStream<Response>
  : (request: Request, options?: CallOptions) => Promise<Response>
  : never;

/** A client of a service: one function for each method. */
export type Client<Service extends AnyService> = {
  readonly [
    Name in keyof DefinitionOf<Service> & string as Name | Uncapitalize<Name>
  ]: ClientMethod<DefinitionOf<Service>[Name]>;
};

const CALLS = ["unary", "serverStreaming", "clientStreaming", "bidiStreaming"];

/**
 * Makes a typed client of a service: a function for each method, which returns
 * a promise of the response, or an async iterable of the responses. The last
 * argument is `CallOptions`: deadline, signal, metadata.
 *
 * @example Ask a server for its health
 * ```ts
 * import { Channel, createClient, Health, HealthDefinition, serve } from "@keepalive/grpc";
 *
 * const local = { hostname: "127.0.0.1", port: 0 };
 * await using server = serve(local, [new Health().service]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`);
 * const health = createClient(HealthDefinition, channel);
 * const { status } = await health.check({ service: "" }, { deadline: 1_000 });
 * console.log(status); // 1
 * for await (const change of health.watch({ service: "" })) {
 *   console.log(change.status); // 1
 *   break;
 * }
 * ```
 *
 * @param service What code generators emit: a definition in the shape of grpc-js,
 * a generic one of ts-proto, or the constructor of a client of grpc-js.
 * @param channel The channel to call through.
 * @throws {TypeError} If the definition is none, or there is no channel.
 */
export function createClient<Service extends AnyService>(
  service: Service,
  channel: Channel,
): Client<Service> {
  const definition = toServiceDefinition(service);
  requireDefinition("make a client", definition, [
    "requestSerialize",
    "responseDeserialize",
  ]);
  requireChannel(channel);
  const methods = Object.entries(definition).flatMap(([name, method]) => {
    const call = functionOf(method, channel);
    return methodNames(name, definition).map((each) => [each, call] as const);
  });
  return Object.fromEntries(methods) as Client<Service>;
}

/** Anything with the four kinds of call will do, such as a stand-in in tests. */
function requireChannel(channel: Channel): void {
  const own = Object(channel);
  if (CALLS.every((name) => typeof own[name] === "function")) return;
  throw new TypeError(
    `Cannot make a client: expected a Channel as the second argument, received ${
      display(channel)
    }`,
  );
}

function functionOf(
  // deno-lint-ignore no-explicit-any
  method: MethodDefinition<any, any>,
  channel: Channel,
) {
  const { requestStream, responseStream } = method;
  // deno-lint-ignore no-explicit-any
  return (request: any, options?: CallOptions) => {
    if (requestStream && responseStream) {
      return channel.bidiStreaming(method, request, options);
    }
    if (requestStream) return channel.clientStreaming(method, request, options);
    return responseStream
      ? channel.serverStreaming(method, request, options)
      : channel.unary(method, request, options);
  };
}
