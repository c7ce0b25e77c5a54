import type { Socket as TcpSocket } from "node:net";
import type { Server, TlsOptions, TLSSocket } from "node:tls";
import { ClientCertificateError } from "../errors.ts";
import { NodeTlsSocket } from "./node_tls_socket.ts";
import type { ListeningSocket } from "./socket.ts";
import { ALPN } from "./alpn.ts";
import type { ListenTlsOptions, ServerIdentity } from "./listen_tls.ts";
import { requireMatch } from "./tls_identity.ts";

/** Connections that may wait in the kernel to be accepted, as Deno has it. */
const BACKLOG = 511;

/** What `listen` of `node:net` does once it knows the address. */
type ListenAtOnce = (
  address: string,
  port: number,
  family: 4 | 6,
  backlog: number,
) => void;

/**
 * A TLS server on `node:tls`. That is loaded here and not before: it takes a
 * tenth of a second and some megabytes.
 */
export class NodeTlsListener implements ListeningSocket {
  /** The address that it listens on. */
  readonly addr: Deno.NetAddr;
  readonly #server: Server;
  readonly #shaking = new WeakMap<TcpSocket, NodeTlsSocket>();
  readonly #accepted: NodeTlsSocket[] = [];
  #trust: Pick<TlsOptions, "ca">;
  #next: PromiseWithResolvers<NodeTlsSocket> | undefined;
  #failure: Error | undefined;

  /**
   * Listens on an address.
   *
   * @throws {RangeError} If the certificate and the key cannot be used.
   */
  constructor(
    address: { hostname: string; port: number; reusePort?: boolean },
    { cert, key, clientCaCerts, clientCert = "require" }: ListenTlsOptions,
  ) {
    requireMatch({ cert, key });
    this.addr = vacant(address);
    const { createServer } = globalThis.process.getBuiltinModule("node:tls");
    const { X509Certificate } = globalThis.process.getBuiltinModule(
      "node:crypto",
    );
    const asks = clientCaCerts !== undefined;
    this.#trust = asks ? { ca: clientCaCerts } : {};
    this.#server = createServer({
      cert,
      key,
      ...this.#trust,
      requestCert: asks,
      rejectUnauthorized: asks && clientCert === "require",
      ALPNProtocols: ALPN,
    });
    const parse = (raw: Uint8Array) => new X509Certificate(raw);
    this.#server
      .on(
        "connection",
        (tcp: TcpSocket) =>
          this.#onConnection(tcp, new NodeTlsSocket(tcp, "client", parse)),
      )
      .on("secureConnection", (tls: TLSSocket) => {
        const socket = this.#socketOf(tls);
        if (socket === undefined) tls.destroy();
        else socket.onSecured(tls);
      })
      .on(
        "tlsClientError",
        (error: Error, tls: TLSSocket) =>
          this.#socketOf(tls)?.onFailed(asks ? reasonOf(error) : error),
      )
      .on("error", (error: Error) => this.#fail(error));
    listenNow(this.#server, this.addr, address.reusePort ?? false);
  }

  /**
   * Later handshakes show another certificate, and trust others if that is told.
   *
   * @throws {TypeError} If there are authorities, and clients are not asked.
   * @throws {RangeError} If it cannot be used; the former one stays.
   */
  setIdentity({ cert, key, clientCaCerts }: ServerIdentity): void {
    requireMatch({ cert, key });
    if (clientCaCerts !== undefined) {
      if (this.#trust.ca === undefined) {
        throw new TypeError(
          "Cannot change tls.clientCaCerts: this server asks clients for no certificate, listen with clientCaCerts",
        );
      }
      this.#trust = { ca: clientCaCerts };
    }
    this.#server.setSecureContext({ cert, key, ...this.#trust });
  }

  accept(): Promise<NodeTlsSocket> {
    const socket = this.#accepted.shift();
    if (socket !== undefined) return Promise.resolve(socket);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#next = Promise.withResolvers();
    return this.#next.promise;
  }

  close(): void {
    this.#server.close();
    this.#fail(new Deno.errors.BadResource("Listener has been closed"));
  }

  #onConnection(tcp: TcpSocket, socket: NodeTlsSocket): void {
    this.#shaking.set(tcp, socket);
    if (this.#next === undefined) {
      // `node:net` accepts all there are: what is too many would wait here.
      if (this.#accepted.length >= BACKLOG) return socket.close();
      this.#accepted.push(socket);
    } else {
      this.#next.resolve(socket);
      this.#next = undefined;
    }
  }

  /** A TLS socket names the TCP socket below in a member without a type. */
  #socketOf(
    tls: TLSSocket & { _parent?: TcpSocket },
  ): NodeTlsSocket | undefined {
    return tls._parent && this.#shaking.get(tls._parent);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#next?.reject(error);
    this.#next = undefined;
    for (const socket of this.#accepted.splice(0)) socket.close();
  }
}

/**
 * Given a host, `listen` looks it up, and listens some turns later: a client of
 * this process would come too early. What it calls then listens at once.
 */
function listenNow(
  server: Server & { _listen2?: ListenAtOnce },
  { hostname: host, port }: Deno.NetAddr,
  reusePort: boolean,
): void {
  if (server._listen2 === undefined || reusePort) {
    server.listen({ host, port, reusePort, backlog: BACKLOG });
  } else {
    server._listen2(host, port, host.includes(":") ? 6 : 4, BACKLOG);
  }
}

/**
 * `node:net` tells the port, and whether it is to be had, only later. Deno
 * tells at once: it listens first, for a moment.
 */
function vacant(
  address: { hostname: string; port: number; reusePort?: boolean },
): Deno.NetAddr {
  using listener = Deno.listen(address);
  return listener.addr;
}

/**
 * Of a certificate that nobody vouches for it only says "socket hang up". An
 * alert is what the client says of the certificate of this end.
 */
function reasonOf(error: Error): Error {
  const { message } = error;
  if (message.includes("socket hang up")) {
    return new ClientCertificateError(
      "the client hung up, or its certificate is not authorized by clientCaCerts",
      { cause: error },
    );
  }
  const isRefusal = message.includes("certificate") &&
    !message.includes("alert");
  return isRefusal
    ? new ClientCertificateError(message, { cause: error })
    : error;
}
