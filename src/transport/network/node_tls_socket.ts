import type { X509Certificate } from "node:crypto";
import type { Socket as TcpSocket } from "node:net";
import type { TLSSocket } from "node:tls";
import {
  distinguishedNames,
  type PeerCertificate,
  subjectAltNames,
} from "./peer_certificate.ts";
import type { AcceptedSocket } from "./socket.ts";
import { nextTurn } from "../../runtime/mod.ts";

/**
 * Octets that may wait to be read before the peer is held back, as one that
 * floods has to be. Others are not: once it was paused, Deno's `node:tls` loses
 * the end of a connection that ends while octets wait in the kernel.
 */
const HIGH_WATER = 1_048_576;

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A connection with TLS of `node:tls`. In contrast to a `Deno.TlsConn` it has
 * no Nagle's algorithm, it can ask for the certificate of its client, and its
 * descriptor is free as soon as it is closed, even in the middle of the
 * handshake.
 */
export class NodeTlsSocket implements AcceptedSocket {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  readonly #tcp: TcpSocket;
  readonly #peer: "client" | "server";
  readonly #certificate: ((raw: Uint8Array) => X509Certificate) | undefined;
  readonly #secured = Promise.withResolvers<TLSSocket>();
  readonly #chunks: Uint8Array[] = [];
  #waiting = 0;
  #tls: TLSSocket | undefined;
  #read: PendingRead | undefined;
  #end: Error | "end" | undefined;

  /**
   * Takes a TCP connection whose handshake begins.
   *
   * @param peer Who is at the other end.
   * @param certificate Parses a certificate in DER; to see that of a client.
   */
  constructor(
    tcp: TcpSocket,
    peer: "client" | "server",
    certificate?: (raw: Uint8Array) => X509Certificate,
  ) {
    this.#tcp = tcp;
    this.#peer = peer;
    this.#certificate = certificate;
    this.localAddr = addr(tcp.localAddress, tcp.localPort);
    this.remoteAddr = addr(tcp.remoteAddress, tcp.remotePort);
    this.#secured.promise.catch(() => {});
    tcp.on("error", (error) => this.#onEnd(error));
    // What was wrong with a handshake is told after the end of its socket.
    tcp.on("close", () => void nextTurn().then(() => this.#onEnd("end")));
  }

  /** The handshake is over. */
  onSecured(tls: TLSSocket): void {
    this.#tls = tls;
    tls.setNoDelay(true);
    tls.on("data", (chunk: Uint8Array) => this.#onData(chunk));
    tls.on("end", () => this.#onEnd("end"));
    tls.on("error", (error: Error) => this.#onEnd(error));
    tls.on("close", () => this.#onEnd("end"));
    this.#secured.resolve(tls);
  }

  /** The handshake has failed. */
  onFailed(error: Error): void {
    this.#onEnd(error);
  }

  /** Waits for the end of the handshake. */
  async handshake(): Promise<{ alpnProtocol: string | null }> {
    const { alpnProtocol } = await this.#secured.promise;
    return { alpnProtocol: alpnProtocol || null };
  }

  /** The certificate of the client, if it has shown one. */
  get peerCertificate(): PeerCertificate | undefined {
    if (this.#tls === undefined || this.#certificate === undefined) {
      return undefined;
    }
    const { raw } = this.#tls.getPeerCertificate();
    if (raw === undefined) return undefined;
    const { authorized, authorizationError } = this.#tls;
    const octets = new Uint8Array(raw);
    const { fingerprint256 } = this.#certificate(octets);
    return {
      authorized,
      ...(authorized ? {} : { authorizationError: String(authorizationError) }),
      ...distinguishedNames(octets),
      subjectAltNames: subjectAltNames(octets),
      fingerprint256,
      raw: octets,
    };
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#chunks.length > 0) return Promise.resolve(this.#take(buffer));
    if (this.#end === "end") return Promise.resolve(null);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#read = { buffer, resolve, reject };
    });
  }

  async write(octets: Uint8Array): Promise<number> {
    const tls = await this.#open();
    return await new Promise((resolve, reject) => {
      tls.write(octets, (error) => {
        if (error) reject(error);
        else resolve(octets.length);
      });
    });
  }

  async closeWrite(): Promise<void> {
    const tls = await this.#open();
    await new Promise<void>((resolve) => tls.end(resolve));
  }

  close(): void {
    this.#onEnd(new Deno.errors.Interrupted("operation canceled"));
    this.#tls?.destroy();
    this.#tcp.destroy();
  }

  ref(): void {
    this.#tcp.ref();
  }

  unref(): void {
    this.#tcp.unref();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #open(): Promise<TLSSocket> {
    if (this.#end instanceof Error) throw this.#end;
    return await this.#secured.promise;
  }

  #onData(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    if (this.#read !== undefined) {
      const { buffer, resolve } = this.#read;
      this.#read = undefined;
      resolve(this.#take(buffer));
    }
    if (this.#waiting > HIGH_WATER) this.#tls?.pause();
  }

  #take(buffer: Uint8Array): number {
    const chunk = this.#chunks[0];
    const count = Math.min(chunk.length, buffer.length);
    buffer.set(chunk.subarray(0, count));
    if (count === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(count);
    this.#waiting -= count;
    if (this.#waiting === 0 && this.#tls?.isPaused()) this.#tls.resume();
    return count;
  }

  #onEnd(end: Error | "end"): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#secured.reject(
      end === "end"
        ? new Error(`the ${this.#peer} closed the connection`)
        : end,
    );
    const read = this.#read;
    this.#read = undefined;
    if (end === "end") read?.resolve(null);
    else read?.reject(end);
  }
}

function addr(hostname = "", port = 0): Deno.NetAddr {
  return { transport: "tcp", hostname, port };
}
