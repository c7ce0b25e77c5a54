/**
 * Sessions on sockets: `dial` and `listen`, over TCP, TLS and Unix sockets.
 *
 * @module
 */
export { formatTarget, parseTarget } from "./address.ts";
export type { AdmissionLimits } from "./admission.ts";
export { dial, type DialOptions, dialUnheld } from "./dial.ts";
export { AcceptError, DialError, type DialPhase, messageOf } from "./errors.ts";
export type { TransportEvent } from "./events.ts";
export { listen, type ListenOptions } from "./listen.ts";
export { LISTEN_KEYS } from "./listen_keys.ts";
export { Listener, type TransportHandler } from "./listener.ts";
export { lookupAddresses } from "./lookup.ts";
export {
  joinListeners,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
export type { PeerCertificate, SubjectAltName } from "./peer_certificate.ts";
export type { AcceptedSocket, ListeningSocket, Socket } from "./socket.ts";
export type { StreamConsumer } from "./stream_consumer.ts";
export {
  type DialTlsOptions,
  type ListenTlsOptions,
  resolveDialTls,
} from "./tls.ts";
export {
  type DrainNotice,
  type StreamAcceptor,
  Transport,
  type TransportListener,
  type TransportSetup,
} from "./transport.ts";
export { type StreamHost, TransportStream } from "./transport_stream.ts";
