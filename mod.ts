/**
 * gRPC for Deno, over kept-alive HTTP/2 connections: services and calls,
 * keepalive PINGs on both sides as in grpc-go, enforcement against clients
 * that ping too much, connections that retire politely when idle or old, and
 * a typed reason for every end.
 *
 * Services are defined in the shape of grpc-js, so generated code works as it
 * is. `serve` and `implement` make a server, `Channel` and `createClient` a
 * client. Beneath them, `listen` and `dial` hold bare connections.
 *
 * @example A server and a client
 * ```ts
 * import { Channel, createClient, implement, serve } from "@keepalive/grpc";
 *
 * const text = {
 *   requestSerialize: (value: string) => new TextEncoder().encode(value),
 *   requestDeserialize: (octets: Uint8Array) => new TextDecoder().decode(octets),
 *   responseSerialize: (value: string) => new TextEncoder().encode(value),
 *   responseDeserialize: (octets: Uint8Array) => new TextDecoder().decode(octets),
 * };
 * const Greeter = {
 *   greet: {
 *     path: "/example.Greeter/Greet",
 *     requestStream: false,
 *     responseStream: false,
 *     ...text,
 *   },
 * } as const;
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
 *   implement(Greeter, { greet: (name) => `Hello ${name}` }),
 * ]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`);
 * const greeter = createClient(Greeter, channel);
 * console.log(await greeter.greet("Deno", { deadline: 1_000 })); // Hello Deno
 * ```
 *
 * @example A connection that knows within eleven seconds that its peer is gone
 * ```ts
 * import { dial, listen } from "@keepalive/grpc/transport";
 *
 * await using listener = listen({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: { maxConnectionIdle: 15_000, maxConnectionAge: 30_000 },
 *   enforcement: { minTime: 5_000, permitWithoutStream: true },
 * });
 * const { port } = listener.addr as Deno.NetAddr;
 *
 * await using transport = await dial(`127.0.0.1:${port}`, {
 *   keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 * });
 * console.log(`${await transport.ping()} ms to ${transport.peer}`);
 * ```
 *
 * @module
 */
export {
  type BackoffOptions,
  Channel,
  type ChannelCounters,
  type ChannelOptions,
  type Client,
  type ClientInterceptor,
  type ClientMethod,
  type ClientRequest,
  type ClientResponse,
  type ConnectivityChange,
  createClient,
  type KeepaliveInForce,
  type LoadBalancing,
  type MethodConfig,
  type MethodName,
  type PollingOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
  type RetryPolicyConfig,
  type RetryThrottlingConfig,
  type ServiceConfig,
  type Verify,
} from "./src/client/mod.ts";
export {
  type CallEnd,
  type CallEvent,
  type CallMessageEvent,
  type CallOptions,
  type ChannelEvent,
  type ConnectivityState,
  type EndedBy,
  GrpcError,
  type MessageEncoding,
  type MessageSums,
  Metadata,
  type MetadataInit,
  type MetadataValue,
  type MethodDefinition,
  type Observer,
  type RequestOf,
  type Requests,
  type ResponseOf,
  type ServiceDefinition,
  Status,
  statusName,
  uncompressed,
} from "./src/grpc/mod.ts";
export type {
  ClientKeepaliveOptions,
  ConnectionAgeOptions,
  EnforcementOptions,
  ServerKeepaliveOptions,
} from "./src/keepalive/mod.ts";
export {
  type MemoryLimits,
  MemoryQuota,
  type MemoryQuotaOptions,
} from "./src/memory/mod.ts";
export {
  type BidiStreamingHandler,
  type CallContext,
  type ClientStreamingHandler,
  type HandlerOf,
  type Handlers,
  Health,
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthDefinition,
  type HealthMethod,
  implement,
  serve,
  type ServeOptions,
  Server,
  type ServerCounters,
  type ServerInterceptor,
  type ServerStreamingHandler,
  type Service,
  ServingStatus,
  type UnaryHandler,
  UnfinishedHandlerError,
} from "./src/server/mod.ts";
export {
  type CloseKind,
  type CloseReason,
  ConnectionClosedError,
  explain,
  explainEnd,
  explainPast,
  isGraceful,
} from "./src/session/mod.ts";
export {
  AcceptError,
  DialError,
  type DialTlsOptions,
  type ListenTlsOptions,
  type PeerCertificate,
  type SubjectAltName,
} from "./src/transport/mod.ts";
