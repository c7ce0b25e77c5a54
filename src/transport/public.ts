/**
 * Bare HTTP/2 connections with gRPC keepalive, over TCP, TLS and Unix sockets:
 * {@linkcode dial} makes one, {@linkcode listen} takes them. A gRPC server or
 * client needs neither, `serve` and `Channel` of `@keepalive/grpc` do; this is
 * for monitors, tests, and layers of one's own.
 *
 * {@linkcode Transport} pings, drains and closes a connection, counts what
 * passes ({@linkcode SessionCounters}), and tells at its end who ended it and
 * why ({@linkcode CloseReason}). What happens in between are its events
 * ({@linkcode TransportEvent}); codes of RFC 9113 are in {@linkcode ErrorCode}.
 *
 * @example A connection that knows within eleven seconds that its peer is gone
 * ```ts
 * import { dial, explain, listen } from "@keepalive/grpc/transport";
 *
 * await using listener = listen({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: { maxConnectionIdle: 15_000, maxConnectionAge: 30_000 },
 *   enforcement: { minTime: 5_000, permitWithoutStream: true },
 * });
 * const { port } = listener.addr as Deno.NetAddr;
 *
 * const transport = await dial(`127.0.0.1:${port}`, {
 *   keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 *   onEvent: (event) => console.log(event.type),
 * });
 * console.log(`${await transport.ping()} ms to ${transport.peer}`);
 * await transport.close();
 * console.log(explain(await transport.closed));
 * ```
 *
 * @module
 */

// For those who dial and listen.
export type { Goaway, PingPurpose } from "../connection/mod.ts";
export { ErrorCode, errorCodeName } from "../frames/mod.ts";
export type { WatchdogState } from "../keepalive/mod.ts";
export { type Clock, type PlannedTimer, systemClock } from "../runtime/mod.ts";
export {
  type CloseKind,
  type CloseMode,
  type CloseReason,
  ConnectionClosedError,
  explain,
  isGraceful,
  type KeepaliveEvent,
  type LifecycleEvent,
  type SessionCounters,
  type SessionState,
} from "../session/mod.ts";
export { dial, type DialOptions } from "./dial.ts";
export { AcceptError, DialError, type DialPhase } from "./errors.ts";
export type { TransportEvent } from "./events.ts";
export { listen, type ListenOptions } from "./listen.ts";
export { Listener, type TransportHandler } from "./listener.ts";
export type { DrainNotice } from "./milestones.ts";
export type { TransportObserver } from "./observer.ts";
export type { ShutdownOptions } from "./shutdown_options.ts";
export { Transport, type TransportListener } from "./transport.ts";

// For those who build a layer of streams on it, or bring sockets of their own.
export type { AdmissionLimits } from "./admission.ts";
export type {
  AcceptedSocket,
  ConnectOptions,
  DialTlsOptions,
  DialTlsProvider,
  ListenAddress,
  ListeningSocket,
  ListenTlsOptions,
  Network,
  NetworkListenOptions,
  PeerCertificate,
  ResolveOptions,
  Socket,
  SubjectAltName,
  Target,
} from "./network/mod.ts";
export {
  denoNetwork,
  environmentNetwork,
  proxyNetwork,
  type ProxyNetworkOptions,
} from "./network/mod.ts";
export type { DataSource } from "./offers.ts";
export type { StreamConsumer } from "./stream_consumer.ts";
export type { StreamAcceptor, TransportSetup } from "./transport.ts";
export type { TransportOwner, TransportWatcher } from "./transport_owner.ts";
export type { TransportParts } from "./transport_parts.ts";
export { type StreamHost, TransportStream } from "./transport_stream.ts";
