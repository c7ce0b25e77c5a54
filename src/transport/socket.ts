import type { PeerCertificate } from "./peer_certificate.ts";

/**
 * What a transport needs of a connected socket. `Deno.Conn` fits, over TCP,
 * TLS and Unix sockets; so does a pipe in a test.
 */
export interface Socket {
  /** Reads into the buffer; resolves to the octets read, `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the octets; resolves to how many. */
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

/** What a listener needs of a listening socket. `Deno.Listener` fits. */
export interface ListeningSocket {
  /** The address that it listens on. */
  readonly addr: Deno.Addr;
  /** The next connection; rejects when the socket is closed. */
  accept(): Promise<AcceptedSocket>;
  /** Stops listening. */
  close(): void;
}
