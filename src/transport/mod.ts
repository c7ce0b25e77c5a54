/**
 * Sessions on sockets: `dial` and `listen`, over TCP, TLS and Unix sockets.
 *
 * @module
 */
export { dial, type DialOptions, dialUnheld } from "./dial.ts";
export { AcceptError, DialError, messageOf } from "./errors.ts";
export type { TransportEvent } from "./events.ts";
export { listen, type ListenOptions, listenRecorded } from "./listen.ts";
export { LISTEN_KEYS } from "./listen_keys.ts";
export { Listener } from "./listener.ts";
export { resolveShutdown, type ShutdownOptions } from "./shutdown_options.ts";
export type { DrainNotice } from "./milestones.ts";
export {
  type ConnectionRecorder,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
export {
  type AcceptedSocket,
  type ConnectOptions,
  denoNetwork,
  type DialTlsOptions,
  type DialTlsProvider,
  formatTarget,
  type ListenAddress,
  type ListeningSocket,
  type ListenTlsOptions,
  type Network,
  NETWORK_MEMBERS,
  parseTarget,
  type PeerCertificate,
  resolveDialTls,
  type Socket,
  type Target,
} from "./network/mod.ts";
export type { StreamConsumer } from "./stream_consumer.ts";
export { RESPONSE_HEAD, trailersOnly } from "./trailers_only.ts";
export {
  type StreamAcceptor,
  Transport,
  type TransportListener,
} from "./transport.ts";
export type { TransportOwner, TransportWatcher } from "./transport_owner.ts";
export type { DataSource } from "./offers.ts";
export { TransportStream } from "./transport_stream.ts";
