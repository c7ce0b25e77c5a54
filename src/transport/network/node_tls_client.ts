import type { Socket as TcpSocket } from "node:net";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { Target } from "./address.ts";
import { messageOf } from "../errors.ts";
import { onAbort } from "../../runtime/mod.ts";
import { NodeTlsSocket } from "./node_tls_socket.ts";
import { ALPN } from "./alpn.ts";
import type { DialTlsOptions } from "./dial_tls.ts";

/** What Deno calls the errors of connecting that are no one's fault here. */
const CONNECT_ERRORS: ReadonlyMap<unknown, string> = new Map([
  ["ECONNREFUSED", "Connection refused"],
  ["ECONNRESET", "Connection reset by peer"],
  ["EHOSTUNREACH", "No route to host"],
  ["ENETUNREACH", "Network is unreachable"],
  ["ETIMEDOUT", "Connection timed out"],
]);

/** The code of whatever is wrong with a chain: it says no more than that. */
const UNTRUSTED = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
]);

/** A TCP connection of `node:net`, on which TLS may begin. */
export interface NodeConnection {
  /** The connection. */
  readonly tcp: TcpSocket;
  /** What reads and writes, once TLS has begun. */
  readonly socket: NodeTlsSocket;
}

/**
 * Connects over TCP. `node:net` and `node:tls` are loaded when they are needed
 * and not before: they take a twentieth of a second, and some megabytes.
 *
 * @throws {Error} If there is no connection to be had.
 * @throws The reason of `signal`, if that is aborted first.
 */
export function connectNode(
  { hostname: host, port }: Target & { transport: "tcp" },
  signal: AbortSignal,
): Promise<NodeConnection> {
  const { connect } = globalThis.process.getBuiltinModule("node:net");
  const { promise, resolve, reject } = Promise.withResolvers<NodeConnection>();
  const tcp = connect({ host, port, noDelay: true });
  const attempt = onAbort(signal, () => {
    tcp.destroy();
    reject(signal.reason);
  });
  tcp.on("error", (error) => reject(connectError(error)));
  tcp.once("connect", () => {
    attempt[Symbol.dispose]();
    resolve({ tcp, socket: new NodeTlsSocket(tcp, "server") });
  });
  return promise.finally(() => attempt[Symbol.dispose]());
}

/** Begins TLS on a connection: `socket.handshake()` tells how that went. */
export function startNodeTls(
  { tcp, socket }: NodeConnection,
  hostname: string,
  tls: DialTlsOptions,
): void {
  const { connect, checkServerIdentity } = globalThis.process.getBuiltinModule(
    "node:tls",
  );
  const { isIP } = globalThis.process.getBuiltinModule("node:net");
  const name = tls.serverName ?? hostname;
  const shaking: TLSSocket = connect({
    socket: tcp,
    secureContext: contextOf(tls),
    host: name,
    // RFC 6066 section 3: literal addresses are not permitted.
    servername: isIP(name) === 0 ? name : "",
    ALPNProtocols: ALPN,
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) =>
      isFor(certificate, isIP(name) !== 0)
        ? checkServerIdentity(name, certificate) && nameError(name, certificate)
        : nameError(name, certificate),
  });
  shaking.on("error", (error: Error) => socket.onFailed(error));
  shaking.on("secureConnect", () => socket.onSecured(shaking));
}

/** Whether a handshake failed as nobody vouches for the server. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    UNTRUSTED.has(String(error.code));
}

/** Given `ca`, a context trusts nobody else; `addCACert` adds to the system's. */
function contextOf(
  { caCerts = [], systemCaCerts = true, cert, key }: DialTlsOptions,
) {
  const { createSecureContext } = globalThis.process.getBuiltinModule(
    "node:tls",
  );
  const identity = cert === undefined ? {} : { cert, key };
  if (!systemCaCerts) {
    return createSecureContext({ ...identity, ca: caCerts });
  }
  const context = createSecureContext(identity);
  for (const each of caCerts) context.context.addCACert(each);
  return context;
}

/**
 * RFC 9525 section 2: the common name does not count. `node:tls` looks at it
 * when a certificate has no other name.
 */
function isFor(
  { subjectaltname = "" }: PeerCertificate,
  isAddress: boolean,
): boolean {
  return isAddress || /(^|, )DNS:/.test(subjectaltname);
}

function nameError(name: string, { subjectaltname }: PeerCertificate): Error {
  const names = subjectaltname
    ? `only valid for ${subjectaltname}`
    : "not valid for any names (according to its subjectAltName extension)";
  return new Error(
    `invalid peer certificate: certificate not valid for name "${name}"; certificate is ${names}`,
  );
}

function connectError(error: Error): Error {
  if (error instanceof Deno.errors.NotCapable) return error;
  const all = error instanceof AggregateError ? error.errors : [error];
  const text = all.map(messageOf).join(", ");
  const code = "code" in error ? error.code : undefined;
  const name = CONNECT_ERRORS.get(code);
  const message = name === undefined ? text : `${name} (${text})`;
  return code === "ECONNREFUSED"
    ? new Deno.errors.ConnectionRefused(message, { cause: error })
    : new Error(message, { cause: error });
}
