/**
 * Sessions on sockets: `dial` and `listen`, over TCP, TLS and Unix sockets.
 *
 * @module
 */
export type { AdmissionLimits } from "./admission.ts";
export * from "./clock.ts";
export { dial, type DialOptions } from "./dial.ts";
export * from "./errors.ts";
export * from "./listen.ts";
export * from "./listener.ts";
export type { PeerCertificate, SubjectAltName } from "./peer_certificate.ts";
export * from "./socket.ts";
export * from "./stream_handler.ts";
export * from "./tls.ts";
export * from "./transport.ts";
export * from "./transport_stream.ts";
