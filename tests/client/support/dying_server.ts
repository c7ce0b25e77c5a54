import { FrameReader, FrameType } from "../../../src/frames/mod.ts";
import { readFrames } from "../../harness/copied_frame.ts";
import { PREFACE } from "../../harness/raw_peer.ts";
import { writeAll } from "../../harness/relay.ts";
import { type Recording, responseIn } from "./recording.ts";

/** How a connection is ended. */
export type Death =
  /** The sending side is closed in order. */
  | "FIN"
  /** The socket is closed while octets are unread. */
  | "RST"
  /** Nothing more is said, and the socket stays open. */
  | "silence";

/** How a {@linkcode DyingServer} is set up. */
export interface DyingSetup {
  readonly recording: Recording;
  /** Octets of the recording that the first client gets. */
  readonly cut: number;
  readonly death: Death;
  /** The port of the server that later clients are led to. */
  readonly port: number;
}

/**
 * A server that says the beginning of a recording to its first client, each
 * response once it is asked for, and dies; later clients find a real server.
 */
export class DyingServer implements AsyncDisposable {
  readonly #setup: DyingSetup;
  readonly #listener: Deno.TcpListener;
  readonly #conns = new Set<Deno.Conn>();
  readonly #work: Promise<void>[] = [];

  constructor(setup: DyingSetup) {
    this.#setup = setup;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#start(this.#accept());
  }

  /** The address to connect to. */
  get target(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener[Symbol.dispose]();
    for (const conn of this.#conns) conn[Symbol.dispose]();
    await Promise.all(this.#work);
  }

  #start(work: Promise<void>): void {
    this.#work.push(work.catch(() => {}));
  }

  async #accept(): Promise<void> {
    let isFirst = true;
    for await (const conn of this.#listener) {
      conn.setNoDelay(true);
      this.#start(isFirst ? this.#die(conn) : this.#relay(conn));
      isFirst = false;
    }
  }

  async #die(conn: Deno.TcpConn): Promise<void> {
    using _conn = conn;
    this.#conns.add(conn);
    const { recording, cut, death } = this.#setup;
    const starts = [1, 3].map((id) => responseIn(recording, id).start);
    const ends = [...starts, recording.octets.length];
    const requests = new RequestWatch(conn, death === "RST" ? 1 : 4_096);
    for (const [streams, end] of ends.entries()) {
      const start = streams === 0 ? 0 : ends[streams - 1];
      if (start >= cut) break;
      await requests.headers(streams);
      await writeAll(
        conn,
        recording.octets.subarray(start, Math.min(end, cut)),
      );
    }
    if (death === "FIN") await conn.closeWrite();
    if (death !== "RST") await requests.rest();
    this.#conns.delete(conn);
  }

  async #relay(near: Deno.TcpConn): Promise<void> {
    using _near = near;
    this.#conns.add(near);
    const { port } = this.#setup;
    using far = await Deno.connect({ hostname: "127.0.0.1", port });
    this.#conns.add(far);
    far.setNoDelay(true);
    await Promise.all([pump(near, far), pump(far, near)]);
    this.#conns.delete(near);
    this.#conns.delete(far);
  }
}

/** Reads what a client says, no further than asked. */
class RequestWatch {
  readonly #conn: Deno.Conn;
  readonly #reader = new FrameReader();
  readonly #buffer: Uint8Array<ArrayBuffer>;
  #prefaceLeft = PREFACE.length;
  #headers = 0;

  constructor(conn: Deno.Conn, readSize: number) {
    this.#conn = conn;
    this.#buffer = new Uint8Array(readSize);
  }

  /** Resolves when so many HEADERS frames have been read. */
  async headers(count: number): Promise<void> {
    while (this.#headers < count) {
      if (!await this.#read()) throw new Error("The client has left");
    }
  }

  /** Reads up to the end. */
  async rest(): Promise<void> {
    while (await this.#read());
  }

  async #read(): Promise<boolean> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) return false;
    const skipped = Math.min(this.#prefaceLeft, count);
    this.#prefaceLeft -= skipped;
    const octets = this.#buffer.subarray(skipped, count);
    for (const { type } of readFrames(this.#reader, octets)) {
      if (type === FrameType.HEADERS) this.#headers++;
    }
    return true;
  }
}

async function pump(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) return await to.closeWrite();
    await writeAll(to, buffer.subarray(0, count));
  }
}
