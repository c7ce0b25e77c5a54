/**
 * Networks: what connects, listens and resolves names, and Deno's own.
 *
 * @module
 */
export {
  formatAddr,
  formatTarget,
  parseTarget,
  plainAddr,
  type Target,
  wholeAddr,
} from "./address.ts";
export { denoNetwork } from "./deno_network.ts";
export {
  environmentNetwork,
  proxyNetwork,
  type ProxyNetworkOptions,
} from "./proxy_network.ts";
export {
  type ConnectOptions,
  type ListenAddress,
  type Network,
  NETWORK_MEMBERS,
  type NetworkListenOptions,
  type ResolveOptions,
} from "./network.ts";
export type { PeerCertificate, SubjectAltName } from "./peer_certificate.ts";
export {
  type AcceptedSocket,
  isShaking,
  type ListeningSocket,
  type ShakingSocket,
  type Socket,
} from "./socket.ts";
export { alpnProblem } from "./alpn.ts";
export {
  type DialTlsOptions,
  type DialTlsProvider,
  provideDialTls,
  resolveDialTls,
} from "./dial_tls.ts";
export {
  type ListenTlsOptions,
  requireIdentity,
  resolveListenTls,
} from "./listen_tls.ts";
