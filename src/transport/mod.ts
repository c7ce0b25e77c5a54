/**
 * Sessions on sockets: `dial` and `listen`, over TCP, TLS and Unix sockets.
 *
 * @module
 */
export type { AdmissionLimits } from "./admission.ts";
export { dial, type DialOptions, dialUnheld } from "./dial.ts";
export { AcceptError, DialError, type DialPhase, messageOf } from "./errors.ts";
export type { TransportEvent } from "./events.ts";
export { listen, type ListenOptions, listenRecorded } from "./listen.ts";
export { LISTEN_KEYS } from "./listen_keys.ts";
export { Listener, type TransportHandler } from "./listener.ts";
export type { DrainNotice } from "./milestones.ts";
export {
  type ConnectionRecorder,
  joinListeners,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
export {
  type AcceptedSocket,
  denoNetwork,
  type DialTlsOptions,
  formatTarget,
  type ListeningSocket,
  type ListenTlsOptions,
  type Network,
  NETWORK_MEMBERS,
  parseTarget,
  type PeerCertificate,
  resolveDialTls,
  type Socket,
  type SubjectAltName,
} from "./network/mod.ts";
export type { StreamConsumer } from "./stream_consumer.ts";
export { RESPONSE_HEAD, trailersOnly } from "./trailers_only.ts";
export {
  type StreamAcceptor,
  Transport,
  type TransportListener,
  type TransportSetup,
} from "./transport.ts";
export { type StreamHost, TransportStream } from "./transport_stream.ts";
