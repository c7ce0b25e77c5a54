import {
  booleanOption,
  display,
  requireOptionKeys,
} from "../../options/mod.ts";
import { messageOf } from "../errors.ts";
import { requireAuthorities, requireCertAndKey } from "./tls_certificates.ts";
import { requireMatch, requireReadable } from "./tls_identity.ts";

/** TLS on the client. */
export interface DialTlsOptions {
  /**
   * Certificates of authorities to trust, in PEM: in addition to the system's,
   * or instead of them, see `systemCaCerts`.
   */
  caCerts?: string[];
  /**
   * Whether the authorities are trusted that the system trusts, those of
   * `--cert`, `DENO_CERT` and `DENO_TLS_CA_STORE` included. With `false` only
   * `caCerts` are, as with `RootCAs` of the `tls.Config` that grpc-go's
   * `credentials.NewTLS` takes, and with `pem_root_certs` of gRPC Core.
   *
   * @default {true}
   */
  systemCaCerts?: boolean;
  /**
   * The name to expect in the server's certificate; by default the host.
   * Equivalent to `GRPC_SSL_TARGET_NAME_OVERRIDE_ARG`, `ServerName` of grpc-go's
   * `tls.Config`.
   */
  serverName?: string;
  /**
   * The certificate chain of the client, in PEM; needs `key`. With it, and with
   * `systemCaCerts: false`, it is `node:tls` that encrypts.
   */
  cert?: string;
  /** The private key of the client, in PEM; needs `cert`. */
  key?: string;
}

/**
 * Is asked for the TLS options of each new connection, so that certificates can
 * change without a restart. What it throws, or what cannot be used, fails that
 * attempt to connect; so does an answer that takes longer than the attempt may.
 *
 * `GetClientCertificate` of grpc-go's `tls.Config`, the certificate providers of
 * gRPC Core, `AdvancedTlsX509KeyManager` of grpc-java.
 *
 * @example Certificates that somebody else renews
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 *
 * await using channel = new Channel("orders.example:443", {
 *   tls: async () => ({
 *     cert: await Deno.readTextFile("client.crt"),
 *     key: await Deno.readTextFile("client.key"),
 *   }),
 * });
 * ```
 */
export type DialTlsProvider = () => DialTlsOptions | Promise<DialTlsOptions>;

const DIAL_TLS_KEYS = [
  "caCerts",
  "systemCaCerts",
  "serverName",
  "cert",
  "key",
];

/**
 * Checks the TLS options of a client; what a provider gives is checked when it
 * is asked.
 *
 * @throws {TypeError} If a key is unknown, a value is of a wrong type, or
 * options contradict.
 * @throws {RangeError} If a value cannot be used.
 */
export function resolveDialTls(
  tls: boolean | DialTlsOptions | DialTlsProvider | undefined,
): DialTlsOptions | DialTlsProvider | undefined {
  if (typeof tls === "function") return tls;
  if (typeof tls !== "object") {
    return booleanOption("tls", tls, false) ? {} : undefined;
  }
  return requireDialTls(tls);
}

function requireDialTls(tls: DialTlsOptions): DialTlsOptions {
  requireOptionKeys("the TLS options", tls, DIAL_TLS_KEYS);
  const { caCerts, systemCaCerts, serverName, cert, key } = tls;
  if (caCerts !== undefined) requireAuthorities("tls.caCerts", caCerts);
  if (
    !booleanOption("tls.systemCaCerts", systemCaCerts, true) &&
    (caCerts === undefined || caCerts.length === 0)
  ) {
    throw new TypeError(
      "Cannot use the TLS options: systemCaCerts: false needs caCerts, or no server is trusted",
    );
  }
  if (serverName !== undefined) requireServerName(serverName);
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError(
      "Cannot use the TLS options: cert and key go together, received one of them",
    );
  }
  if (cert !== undefined && key !== undefined) {
    requireCertAndKey({ cert, key });
    requireMatch({ cert, key });
  }
  if (needsNodeTls(tls)) requireReadable("tls.caCerts", caCerts ?? []);
  return tls;
}

/**
 * Asks for the TLS options of one connection.
 *
 * @throws {Error} If there are none to be had, or none that can be used.
 */
export async function provideDialTls(
  provider: DialTlsProvider,
): Promise<DialTlsOptions> {
  let tls: DialTlsOptions;
  try {
    tls = await provider();
  } catch (cause) {
    const message = `the function in tls failed: ${messageOf(cause)}`;
    throw new Error(message, { cause });
  }
  if (typeof tls !== "object" || tls === null) {
    throw new TypeError(
      `the function in tls gave no TLS options: expected an object such as { cert, key }, received ${
        display(tls)
      }`,
    );
  }
  try {
    return requireDialTls(tls);
  } catch (cause) {
    const message = `what the function in tls gave: ${messageOf(cause)}`;
    throw new Error(message, { cause });
  }
}

/** Whether this takes what only `node:tls` can do, and not `Deno.startTls`. */
export function needsNodeTls(tls: DialTlsOptions): boolean {
  return tls.cert !== undefined || tls.systemCaCerts === false;
}

const HOST = /^[\w-]+(\.[\w-]+)*\.?$/;
const IPV6 = /^(?=.*:.*:)[\da-fA-F:.]+$/;

/** What a certificate may be for: a host of RFC 1123, or an address. */
function requireServerName(name: unknown): void {
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot use tls.serverName: expected a host as a string, received ${typeof name}`,
    );
  }
  if (HOST.test(name) || IPV6.test(name)) return;
  throw new RangeError(
    `Cannot use tls.serverName: expected a host without a port, or an IP address without brackets, received ${
      JSON.stringify(name)
    }`,
  );
}
