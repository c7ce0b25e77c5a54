import { booleanOption, requireKnownKeys } from "../options/mod.ts";

/** TLS on the client. */
export interface DialTlsOptions {
  /** Certificates to trust in addition, in PEM. */
  caCerts?: string[];
  /** The name to expect in the server's certificate; by default the host. */
  serverName?: string;
  /** The certificate chain of the client, in PEM; needs `key`. */
  cert?: string;
  /** The private key of the client, in PEM; needs `cert`. */
  key?: string;
}

/** TLS on the server. */
export interface ListenTlsOptions {
  /** The certificate chain, in PEM. */
  cert: string;
  /** The private key, in PEM. */
  key: string;
}

/** RFC 9113 section 3.2: "h2" identifies HTTP/2 over TLS. */
export const ALPN: string[] = ["h2"];

/**
 * Checks the TLS options of a client.
 *
 * @throws {TypeError} If a key is unknown, or `cert` and `key` are not both
 * there.
 */
export function resolveDialTls(
  tls: boolean | DialTlsOptions | undefined,
): DialTlsOptions | undefined {
  if (typeof tls !== "object") {
    return booleanOption("tls", tls, false) ? {} : undefined;
  }
  requireKnownKeys("the TLS options", tls, [
    "caCerts",
    "serverName",
    "cert",
    "key",
  ]);
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw new TypeError(
      "Cannot use the TLS options: cert and key go together, received one of them",
    );
  }
  if (tls.cert !== undefined && tls.serverName !== undefined) {
    throw new TypeError(
      "Cannot use the TLS options: serverName cannot be combined with cert and key",
    );
  }
  return tls;
}

/**
 * What is wrong with the outcome of ALPN, if anything: Deno reports no error
 * when the other end has none.
 */
export function alpnProblem(protocol: string | null): string | undefined {
  if (protocol === "h2") return undefined;
  return `the peer did not agree on HTTP/2 by ALPN: expected "h2", received ${
    protocol === null ? "none" : `"${protocol}"`
  }`;
}
