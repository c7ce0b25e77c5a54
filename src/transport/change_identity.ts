import { requireKnownKeys } from "../options/mod.ts";
import {
  type ListeningSocket,
  type ListenTlsOptions,
  requireIdentity,
} from "./network/mod.ts";

const KEYS = ["cert", "key", "clientCaCerts"];

/**
 * Has later TLS handshakes of a listening socket show another certificate.
 *
 * @throws {TypeError} If it has none to change, or an option is unknown.
 * @throws {RangeError} If what is given cannot be used; the former stays.
 */
export function changeIdentity(
  socket: ListeningSocket,
  identity: Pick<ListenTlsOptions, "cert" | "key" | "clientCaCerts">,
): void {
  requireKnownKeys("the TLS options", identity, KEYS);
  requireIdentity(identity);
  if (socket.setIdentity === undefined) {
    throw new TypeError(
      'Cannot change the certificate: Deno.listenTls cannot, listen with tls.implementation "node"',
    );
  }
  socket.setIdentity(identity);
}
