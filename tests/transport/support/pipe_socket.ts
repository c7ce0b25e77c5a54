import {
  encodePing,
  type Frame,
  FrameReader,
  FrameType,
  FrameWriter,
  type PingFrame,
} from "../../../src/frames/mod.ts";
import type { Socket } from "../../../src/transport/mod.ts";
import { readFrames } from "../../harness/copied_frame.ts";
import { concat } from "../../harness/octets.ts";
import { hello, PREFACE } from "../../harness/raw_peer.ts";

type Incoming = Uint8Array | null | Error;

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A socket without a network: the test says what arrives and what becomes of
 * each write. It behaves as a `Deno.Conn` does when it is closed.
 */
export class PipeSocket implements Socket {
  /** What each write took. */
  readonly writes: Uint8Array[] = [];
  /** How often the sending side was ended. */
  halfCloses = 0;
  /** How often the socket was closed. */
  closes = 0;
  /** What becomes of a write: how many octets it takes, or an error. */
  onWrite: (octets: Uint8Array) => number | Promise<number> = (octets) =>
    octets.length;
  /** What becomes of the end of the sending side. */
  onCloseWrite: () => Promise<void> = () => Promise.resolve();
  readonly #incoming: Incoming[] = [];
  readonly #closed = Promise.withResolvers<never>();
  #read: PendingRead | undefined;
  #acknowledged = 0;

  constructor() {
    this.#closed.promise.catch(() => {});
  }

  /** Octets arrive. */
  arrive(...octets: Uint8Array[]): void {
    this.#incoming.push(concat(...octets));
    this.#serveRead();
  }

  /** Frames arrive, in one piece. */
  say(encode: (writer: FrameWriter) => void): void {
    const writer = new FrameWriter();
    encode(writer);
    this.arrive(writer.take());
  }

  /** The peer has said what opens a connection. */
  greet(as: "client" | "server"): void {
    if (as === "client") this.arrive(PREFACE);
    this.say(hello);
  }

  /** The PINGs that were written, without acknowledgements. */
  get pings(): PingFrame[] {
    return this.frames().filter((frame): frame is PingFrame =>
      frame.type === FrameType.PING && !frame.ack
    );
  }

  /** The PINGs that were written are acknowledged, in one piece. */
  acknowledgePings(): void {
    const pings = this.pings.slice(this.#acknowledged);
    this.#acknowledged += pings.length;
    this.say((writer) => {
      for (const { opaqueData } of pings) encodePing(writer, true, opaqueData);
    });
  }

  /** The peer has ended its sending side. */
  end(): void {
    this.#incoming.push(null);
    this.#serveRead();
  }

  /** Reading fails. */
  fail(error: Error): void {
    this.#incoming.push(error);
    this.#serveRead();
  }

  /** All frames that were written. */
  frames(): Frame[] {
    const octets = concat(...this.writes);
    const isClient = octets[0] === PREFACE[0];
    return readFrames(
      new FrameReader(),
      octets.subarray(isClient ? PREFACE.length : 0),
    );
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    if (this.closes > 0) reject(new Deno.errors.BadResource("Bad resource ID"));
    else this.#read = { buffer, resolve, reject };
    this.#serveRead();
    return promise;
  }

  async write(octets: Uint8Array): Promise<number> {
    const count = await Promise.race([
      this.#closed.promise,
      this.onWrite(octets),
    ]);
    this.writes.push(octets.slice(0, count));
    return count;
  }

  async closeWrite(): Promise<void> {
    this.halfCloses++;
    await Promise.race([this.#closed.promise, this.onCloseWrite()]);
  }

  close(): void {
    if (this.closes++ > 0) throw new Deno.errors.BadResource("Bad resource ID");
    const interrupted = new Deno.errors.Interrupted("operation canceled");
    this.#closed.reject(interrupted);
    this.#read?.reject(interrupted);
    this.#read = undefined;
  }

  #serveRead(): void {
    if (this.#read === undefined || this.#incoming.length === 0) return;
    const { buffer, resolve, reject } = this.#read;
    this.#read = undefined;
    const incoming = this.#incoming.shift()!;
    if (incoming === null) return resolve(null);
    if (incoming instanceof Error) return reject(incoming);
    const count = Math.min(buffer.length, incoming.length);
    buffer.set(incoming.subarray(0, count));
    if (count < incoming.length) {
      this.#incoming.unshift(incoming.subarray(count));
    }
    resolve(count);
  }
}
