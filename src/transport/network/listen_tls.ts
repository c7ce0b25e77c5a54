import { choiceOption, requireOptionKeys } from "../../options/mod.ts";
import { requireAuthorities, requireCertAndKey } from "./tls_certificates.ts";
import { requireReadable } from "./tls_identity.ts";

/** TLS on the server. */
export interface ListenTlsOptions {
  /** The certificate chain, in PEM. */
  cert: string;
  /** The private key, in PEM. */
  key: string;
  /**
   * The authorities that may vouch for clients, in PEM: clients are asked for
   * a certificate then (mutual TLS). Needs the implementation `"node"`.
   */
  clientCaCerts?: string[];
  /**
   * What becomes of a client without a certificate that one of `clientCaCerts`
   * vouches for. With `"require"` its handshake fails; with `"request"` it is
   * served, and `call.peerCertificate` tells. Go's `tls.RequireAndVerifyClientCert`
   * and, without a verdict, `tls.RequestClientCert`.
   *
   * @default {"require"}
   */
  clientCert?: "request" | "require";
  /**
   * Who encrypts: `"node"` is `node:tls`, `"deno"` is `Deno.listenTls`. The
   * latter takes less memory, 20 KB an idle connection instead of 38 KB, and a
   * fifth less processor time where one call follows the other. But with it a
   * small message that follows another on a stream may wait 40 ms for an
   * acknowledgement (Nagle's algorithm); a connection that is cut off keeps its
   * descriptor until its peer hangs up, so a hostile peer can keep it; it
   * asks clients for no certificate, and cannot change its own.
   *
   * @default {"node"}
   */
  implementation?: "deno" | "node";
}

/** What a server can change while it runs. */
export type ServerIdentity = Pick<
  ListenTlsOptions,
  "cert" | "key" | "clientCaCerts"
>;

const LISTEN_TLS_KEYS = [
  "cert",
  "key",
  "clientCaCerts",
  "clientCert",
  "implementation",
];

/**
 * Checks the TLS options of a server.
 *
 * @throws {TypeError} If a key is unknown, a value is of a wrong type, or
 * options contradict.
 * @throws {RangeError} If a value is none of those allowed, or not in PEM.
 */
export function resolveListenTls(tls: ListenTlsOptions): ListenTlsOptions {
  requireOptionKeys("the TLS options", tls, LISTEN_TLS_KEYS);
  const { clientCaCerts, clientCert, implementation } = tls;
  requireIdentity(tls);
  if (clientCert !== undefined) {
    choiceOption("tls.clientCert", clientCert, "require", [
      "request",
      "require",
    ]);
    if (clientCaCerts === undefined) {
      throw new TypeError(
        "Cannot use the TLS options: clientCert needs clientCaCerts, the authorities that vouch for clients",
      );
    }
  }
  const chosen = choiceOption("tls.implementation", implementation, "node", [
    "deno",
    "node",
  ]);
  if (chosen === "deno" && clientCaCerts !== undefined) {
    throw new TypeError(
      'Cannot use the TLS options: clientCaCerts needs the implementation "node", received "deno"',
    );
  }
  return { ...tls, implementation: chosen };
}

/**
 * Checks a certificate and its key, as far as their text goes, and authorities.
 *
 * @throws {TypeError} If one of them is of a wrong type, or there are none.
 * @throws {RangeError} If one of them is not in PEM.
 */
export function requireIdentity(identity: ServerIdentity): void {
  const { clientCaCerts } = identity;
  requireCertAndKey(identity);
  if (clientCaCerts === undefined) return;
  requireAuthorities("tls.clientCaCerts", clientCaCerts);
  if (clientCaCerts.length === 0) {
    throw new TypeError(
      "Cannot use tls.clientCaCerts: expected an array of certificates in PEM, received none",
    );
  }
  requireReadable("tls.clientCaCerts", clientCaCerts);
}
