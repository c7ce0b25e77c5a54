/**
 * gRPC for Deno, over connections that stay alive and know when they are dead.
 *
 * {@linkcode serve} runs services, {@linkcode Channel} calls them for the life
 * of a process: HTTP/2 keepalive on both sides as in grpc-go, reconnection with
 * backoff, retries, load balancing, deadlines, metadata, TLS, health checks. It
 * is TypeScript on Deno's own sockets, without `node:http2`, native code or
 * dependencies.
 *
 * ## From nothing to a call
 *
 * ```sh
 * deno add jsr:@keepalive/grpc
 * ```
 *
 * A service is defined in the shape of grpc-js, so what ts-proto or proto-loader
 * generates from a `.proto` works as it is. By hand it is a path and four
 * functions. Save this as `hello.ts`, and run it with
 * `deno run --allow-net hello.ts`:
 *
 * ```ts
 * import { Channel, createClient, implement, serve } from "@keepalive/grpc";
 *
 * const encode = (value: string) => new TextEncoder().encode(value);
 * const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);
 * const text = {
 *   requestSerialize: encode,
 *   requestDeserialize: decode,
 *   responseSerialize: encode,
 *   responseDeserialize: decode,
 * };
 * const Greeter = {
 *   greet: {
 *     path: "/hello.Greeter/Greet",
 *     requestStream: false,
 *     responseStream: false,
 *     ...text,
 *   },
 *   count: {
 *     path: "/hello.Greeter/Count",
 *     requestStream: false,
 *     responseStream: true,
 *     ...text,
 *   },
 * } as const;
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
 *   implement(Greeter, {
 *     greet: (name) => `Hello ${name}`,
 *     async *count(name) {
 *       for (const number of [1, 2, 3]) yield `${name} ${number}`;
 *     },
 *   }),
 * ]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`);
 * const greeter = createClient(Greeter, channel);
 * const reply = await greeter.greet("Deno", { deadline: 1_000 });
 * console.log(reply); // Hello Deno
 * for await (const line of greeter.count("Deno")) console.log(line);
 * ```
 *
 * ## Keepalive on both sides
 *
 * A client sends a PING after `time` milliseconds without a read, and gives the
 * connection up when nothing comes for `timeout`. So does a server; it also ends
 * connections that are idle or old, and allows its clients a PING each `minTime`
 * at the most. The client's `time` and the server's `minTime` belong together:
 * who pings more often is disconnected with `too_many_pings`.
 *
 * ```ts
 * import { Channel, serve } from "@keepalive/grpc";
 *
 * await using server = serve({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: { time: 60_000, timeout: 20_000, maxConnectionIdle: 300_000 },
 *   enforcement: { minTime: 20_000, permitWithoutStream: true },
 * }, []);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`, {
 *   keepalive: { time: 30_000, timeout: 5_000, permitWithoutStream: true },
 * });
 * ```
 *
 * A channel that says nothing of keepalive has it on, at an interval of about
 * five minutes that no server with gRPC's defaults minds; a bare connection has
 * it off. Definitions are in gRFC
 * {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | A8}
 * and
 * {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | A9}.
 * The options are {@linkcode ClientKeepaliveOptions} on the client, and
 * {@linkcode ServerKeepaliveOptions}, {@linkcode ConnectionAgeOptions} and
 * {@linkcode EnforcementOptions} on the server; each says what it is called in
 * grpc-go, gRPC Core and grpc-java.
 *
 * ## When something fails
 *
 * A call that fails throws a {@linkcode GrpcError} with a {@linkcode Status}
 * code. If its connection ended, the `cause` is a {@linkcode CloseReason}, which
 * {@linkcode explain} puts in a sentence; if none could be made, it is a
 * {@linkcode DialError}. Options are
 * checked at once: a `TypeError` names the nearest known key, a `RangeError`
 * says what is allowed. Times are milliseconds, and `Infinity` means never.
 *
 * ## Where to go for what
 *
 * | import from | what is there |
 * | --- | --- |
 * | `@keepalive/grpc` | servers and clients: all that an application needs |
 * | `@keepalive/grpc/transport` | bare connections, with `dial` and `listen`; their events, counters and error codes |
 * | `@keepalive/grpc/doctor` | mistakes in the configuration of keepalive, found before they are outages |
 * | `@keepalive/grpc/observe` | a flight recorder for connections and channels: what happened, and numbers |
 * | `@keepalive/grpc/connect` | clients and routers of Connect, over these channels and servers |
 * | `@keepalive/grpc/reflection` | descriptors of services, for `grpcurl`, Postman and the like |
 * | `@keepalive/grpc/channelz` | channels, servers and connections, shown to `grpcdebug` and the like |
 * | `@keepalive/grpc/cli` | a program: `ping`, `call`, `list`, `describe` and `health` for any gRPC server |
 * | `@keepalive/grpc/testing` | a channel to services in the same process, for tests without sockets |
 * | `@keepalive/grpc/protobuf` | services that protobuf-es has generated, as they are |
 * | `@keepalive/grpc/metrics` | metrics of calls, connections and PINGs for Prometheus and OpenTelemetry |
 * | `@keepalive/grpc/tracing` | traces of calls with OpenTelemetry |
 * | `@keepalive/grpc/session` | one connection without socket and clock, for tests and simulations in virtual time |
 * | `@keepalive/grpc/frames` | the frames of HTTP/2 (RFC 9113), encoded and decoded |
 * | `@keepalive/grpc/hpack` | the header compression of HTTP/2 (RFC 7541) |
 *
 * @module
 */

// For those who serve and call.
export {
  type AddressKeepalive,
  Channel,
  type ChannelCounters,
  type ChannelKeepaliveOptions,
  type ChannelOptions,
  type Client,
  type ConnectivityChange,
  createClient,
  type KeepaliveInForce,
  type KeepaliveSource,
  type KeepaliveStore,
  type LearnedKeepalive,
  pollingResolver,
  type ServiceConfig,
  subscribe,
  type SubscribeOptions,
} from "./src/client/mod.ts";
export {
  type CallContext,
  type CallOptions,
  type ClientInterceptor,
  type ConnectivityState,
  GrpcError,
  type HeartbeatOptions,
  HeartbeatTimeoutError,
  type MessageEncoding,
  Metadata,
  type MethodDefinition,
  type Observer,
  type ServerHeartbeatOptions,
  type ServerInterceptor,
  type ServiceDefinition,
  Status,
  statusName,
  typedAs,
  uncompressed,
} from "./src/grpc/mod.ts";
export type {
  AdvertisedPolicy,
  ClientKeepaliveOptions,
  ConnectionAgeOptions,
  EnforcementOptions,
  ServerKeepaliveOptions,
} from "./src/keepalive/mod.ts";
export type { OpenTelemetryOptions } from "./src/otel/mod.ts";
export { MemoryQuota, type MemoryQuotaOptions } from "./src/memory/mod.ts";
export {
  type Handlers,
  Health,
  HealthDefinition,
  implement,
  serve,
  type ServeOptions,
  Server,
  type Service,
  ServingStatus,
  UnfinishedHandlerError,
} from "./src/server/mod.ts";
export {
  type CloseReason,
  ConnectionClosedError,
  explain,
  isGraceful,
} from "./src/session/mod.ts";
export {
  AcceptError,
  DialError,
  type DialTlsOptions,
  type DialTlsProvider,
  type ListenTlsOptions,
  type PeerCertificate,
} from "./src/transport/mod.ts";

// For those who build on it: what the types above are made of.
export type {
  BackoffOptions,
  ClientMethod,
  MethodConfig,
  PollingOptions,
  Resolver,
  ResolverListener,
  RetryPolicyConfig,
  RetryThrottlingConfig,
} from "./src/client/mod.ts";
export type {
  AnyService,
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  ClientRequest,
  ClientResponse,
  DefinitionOf,
  DetailType,
  ErrorDetail,
  GenericServiceDefinition,
  GrpcErrorOptions,
  MessageStream,
  MetadataInit,
  MetadataValue,
  PartialMessage,
  Requests,
  ServerEvent,
  ServiceConstructor,
  TypedAs,
} from "./src/grpc/mod.ts";
export type {
  BidiStreamingHandler,
  ClientStreamingHandler,
  HealthCheckRequest,
  HealthCheckResponse,
  ServerCounters,
  ServerStreamingHandler,
  UnaryHandler,
} from "./src/server/mod.ts";
export type { CloseKind } from "./src/session/mod.ts";
export type { Clock } from "./src/runtime/mod.ts";
export type { Network } from "./src/transport/mod.ts";
