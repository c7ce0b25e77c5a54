/**
 * Sessions on sockets: `dial` and `listen`, over TCP, TLS and Unix sockets.
 *
 * @module
 */
export type { Goaway, PingPurpose } from "../connection/mod.ts";
export { ErrorCode, errorCodeName } from "../frames/mod.ts";
export type { WatchdogState } from "../keepalive/mod.ts";
export { type Clock, systemClock } from "../runtime/mod.ts";
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
export type { AdmissionLimits } from "./admission.ts";
export { dial, type DialOptions } from "./dial.ts";
export { AcceptError, DialError, type DialPhase } from "./errors.ts";
export { listen, type ListenOptions } from "./listen.ts";
export { Listener, type TransportHandler } from "./listener.ts";
export type { TransportObserver } from "./observer.ts";
export type { PeerCertificate, SubjectAltName } from "./peer_certificate.ts";
export type { AcceptedSocket, ListeningSocket, Socket } from "./socket.ts";
export type { StreamConsumer } from "./stream_consumer.ts";
export type { DialTlsOptions, ListenTlsOptions } from "./tls.ts";
export {
  type DrainNotice,
  type StreamAcceptor,
  Transport,
  type TransportEvent,
  type TransportListener,
  type TransportSetup,
} from "./transport.ts";
export { type StreamHost, TransportStream } from "./transport_stream.ts";
