/** How far an attempt to connect got. */
export type DialPhase =
  /** The socket: resolving the name, or connecting. */
  | "connect"
  /** The TLS handshake, or its outcome. */
  | "tls"
  /** The HTTP/2 preface and SETTINGS. */
  | "http2";

/** An attempt to connect failed. The cause is in `cause`. */
export class DialError extends Error {
  /** The name of the class. */
  override readonly name: string = "DialError";
  /** The target as text. */
  readonly target: string;
  /** How far it got. */
  readonly phase: DialPhase;

  /**
   * Describes a failed attempt.
   *
   * @param target The target as text.
   * @param phase How far it got.
   * @param message What went wrong, and what to do.
   * @param cause The error behind it.
   */
  constructor(
    target: string,
    phase: DialPhase,
    message: string,
    cause?: unknown,
  ) {
    super(`Cannot connect to ${target}: ${message}`, { cause });
    this.target = target;
    this.phase = phase;
  }
}

/** A connection came to nothing before HTTP/2 began. */
export class AcceptError extends Error {
  /** The name of the class. */
  override readonly name: string = "AcceptError";
  /** How far it got: accepting the socket, or the TLS handshake. */
  readonly phase: "accept" | "tls";

  /**
   * Describes a failed connection.
   *
   * @param phase How far it got.
   * @param message What went wrong.
   * @param cause The error behind it.
   */
  constructor(phase: "accept" | "tls", message: string, cause?: unknown) {
    super(`Cannot accept a connection (${phase}): ${message}`, { cause });
    this.phase = phase;
  }
}

/** A client has not shown the certificate that it was asked for. */
export class ClientCertificateError extends Error {}

/** How Deno, and `node:tls`, begin what is wrong with octets that are no TLS. */
const NOT_TLS = "received corrupt message of type InvalidContentType";

/** How they begin what is wrong with a certificate. */
const INVALID_CERTIFICATE = "invalid peer certificate";

/** What the certificate of a server may be refused for, and what to do. */
const CERTIFICATE_TROUBLES: readonly (readonly [RegExp, string])[] = [
  [
    /UnknownIssuer$/,
    "no authority that is trusted here vouches for its certificate; give the one that does with tls.caCerts",
  ],
  [/expired/i, "the server needs another certificate"],
  [/NotValidYet|not valid yet/, "is the clock right, here and there?"],
  [
    /NotValidForName|not valid for name/,
    "its certificate is for another name; give that with tls.serverName",
  ],
  [
    /CaUsedAsEndEntity/,
    "its certificate is that of an authority, not of a server; make one with basicConstraints CA:FALSE",
  ],
];

/**
 * What went wrong in a TLS handshake; of a peer that does not speak TLS at all,
 * and of a server whose certificate is refused, what to do.
 *
 * @param peer Who was at the other end.
 */
export function tlsMessageOf(
  error: unknown,
  peer: "client" | "server",
): string {
  const message = messageOf(error);
  if (peer === "server" && message.startsWith(INVALID_CERTIFICATE)) {
    const trouble = CERTIFICATE_TROUBLES.find(([sign]) => sign.test(message));
    return trouble === undefined ? message : `${message}; ${trouble[1]}`;
  }
  if (!message.startsWith(NOT_TLS)) return message;
  return peer === "server"
    ? `the server does not answer with TLS; is this a port without TLS? Leave tls out for it (${message})`
    : `the client does not begin with TLS; does it connect without tls? (${message})`;
}

/** What to do where the kernel of the other host refuses a connection. */
const NOBODY_LISTENS =
  "nothing listens there: is the server running, is this its port, and does it listen on this address?";

/** What to do where a Unix socket is not there. */
const NO_SOCKET =
  "there is no such socket: is the server running, and is this its path?";

/**
 * What went wrong with an attempt to connect, and what to do.
 *
 * @param isUnix Whether it was one to a Unix socket.
 */
export function connectMessageOf(error: unknown, isUnix: boolean): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return `${error.message}; ${NOBODY_LISTENS}`;
  }
  return isUnix && error instanceof Deno.errors.NotFound
    ? `${error.message}; ${NO_SOCKET}`
    : tlsMessageOf(error, "server");
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
