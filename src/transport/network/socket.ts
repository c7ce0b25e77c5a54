import type { PeerCertificate } from "./peer_certificate.ts";
import type { ListenTlsOptions } from "./listen_tls.ts";

/**
 * What a transport needs of a connected socket. `Deno.Conn` fits, over TCP,
 * TLS and Unix sockets; so does a pipe in a test.
 */
export interface Socket {
  /** Reads into the buffer; resolves to the octets read, `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /**
   * Writes some of the octets; resolves to how many. They are borrowed until
   * then: afterwards other connections write theirs to the same memory.
   */
  write(octets: Uint8Array): Promise<number>;
  /** Ends the sending side. */
  closeWrite?(): Promise<void>;
  /** Closes the socket; a pending read is rejected. */
  close(): void;
  /** Lets a pending read keep the process alive. */
  ref?(): void;
  /** Lets the process end in spite of a pending read. */
  unref?(): void;
}

/** A socket that a listener has accepted. `Deno.Conn` fits. */
export interface AcceptedSocket extends Socket, Disposable {
  /** The address of this end. */
  readonly localAddr: Deno.Addr;
  /** The address of the peer. */
  readonly remoteAddr: Deno.Addr;
  /** What the peer has shown of itself in the TLS handshake. */
  readonly peerCertificate?: PeerCertificate | undefined;
  /** Whether a small write may wait until the one before is acknowledged. */
  setNoDelay?(noDelay?: boolean): void;
  /** Shakes hands; there with TLS only. */
  handshake?(): Promise<{ readonly alpnProtocol: string | null }>;
}

/** A socket that begins with TLS. */
export type ShakingSocket =
  & AcceptedSocket
  & Required<Pick<AcceptedSocket, "handshake">>;

/** Whether a socket begins with TLS. */
export function isShaking(socket: AcceptedSocket): socket is ShakingSocket {
  return socket.handshake !== undefined;
}

/** What a listener needs of a listening socket. `Deno.Listener` fits. */
export interface ListeningSocket {
  /** The address that it listens on. */
  readonly addr: Deno.Addr;
  /** The next connection; rejects when the socket is closed. */
  accept(): Promise<AcceptedSocket>;
  /** Stops listening. */
  close(): void;
  /**
   * Whether its sockets have Nagle's algorithm, and cannot be rid of it: the
   * second of two small writes waits until the first is acknowledged.
   */
  readonly hasNagle?: boolean;
  /**
   * Later TLS handshakes show another certificate; there if it can be changed.
   *
   * @throws {TypeError} If there are authorities, and clients are not asked.
   * @throws {RangeError} If it cannot be used.
   */
  setIdentity?(
    identity: Pick<ListenTlsOptions, "cert" | "key" | "clientCaCerts">,
  ): void;
}
