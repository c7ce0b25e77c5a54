import type { AcceptedSocket } from "../transport/mod.ts";
import { MemoryPipe } from "./memory_pipe.ts";

/** One end of a connection in memory. */
export class MemorySocket implements AcceptedSocket {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  readonly #in: MemoryPipe;
  readonly #out: MemoryPipe;
  #isClosed = false;

  private constructor(
    localAddr: Deno.NetAddr,
    remoteAddr: Deno.NetAddr,
    incoming: MemoryPipe,
    outgoing: MemoryPipe,
  ) {
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
    this.#in = incoming;
    this.#out = outgoing;
  }

  /** Both ends of a new connection. */
  static pair(
    near: Deno.NetAddr,
    far: Deno.NetAddr,
  ): readonly [client: MemorySocket, server: MemorySocket] {
    const there = new MemoryPipe();
    const back = new MemoryPipe();
    return [
      new MemorySocket(near, far, back, there),
      new MemorySocket(far, near, there, back),
    ];
  }

  /** Reads into the buffer; resolves to the octets read, `null` at the end. */
  async read(buffer: Uint8Array): Promise<number | null> {
    this.#requireOpen();
    return await this.#in.read(buffer);
  }

  /** Writes some of the octets; resolves to how many. */
  async write(octets: Uint8Array): Promise<number> {
    this.#requireOpen();
    return await this.#out.write(octets);
  }

  /** Ends the sending side. */
  closeWrite(): Promise<void> {
    this.#requireOpen();
    this.#out.end();
    return Promise.resolve();
  }

  /** Closes the connection; a pending read is rejected. */
  close(): void {
    this.#requireOpen();
    this[Symbol.dispose]();
  }

  /** Closes the connection, once. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const gone = new Error("The connection has been closed");
    this.#out.end();
    this.#out.fail(gone);
    this.#in.abandon(gone, new Error("The peer has closed the connection"));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error("The connection has been closed");
  }
}
