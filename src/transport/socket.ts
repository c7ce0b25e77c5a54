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
