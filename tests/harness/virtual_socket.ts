import type { AcceptedSocket } from "../../src/transport/mod.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** What a path does to octets. */
export interface Path {
  /** Milliseconds until what is sent now arrives. */
  delay(): number;
  /** Whether what is sent now, or arrives, is lost. */
  readonly isDark: boolean;
  /** Octets that may be on their way, or wait to be read. */
  readonly capacity: number;
}

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** One direction of a connection: octets arrive in order, and after a time. */
class Pipe {
  readonly #clock: VirtualClock;
  readonly #path: Path;
  readonly #underWay: (() => void)[] = [];
  readonly #arrived: Uint8Array[] = [];
  #room: PromiseWithResolvers<void> | undefined;
  #read: PendingRead | undefined;
  #isBroken = false;
  #used = 0;
  #lastAt = 0;
  #end: "end" | Error | undefined;
  #failure: Error | undefined;

  constructor(clock: VirtualClock, path: Path) {
    this.#clock = clock;
    this.#path = path;
  }

  /** Takes as much as there is room for, as a kernel's buffer does. */
  async write(octets: Uint8Array): Promise<number> {
    while (this.#failure === undefined && this.#used >= this.#path.capacity) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
    if (this.#failure !== undefined) throw this.#failure;
    const part = octets.slice(0, this.#path.capacity - this.#used);
    this.#used += part.length;
    this.#send(() => {
      this.#arrived.push(part);
      this.#serve();
    });
    return part.length;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#read = { buffer, resolve, reject };
      this.#serve();
    });
  }

  /** No octets follow: the reader sees the end, or an error. */
  finish(end: "end" | Error = "end"): void {
    this.#send(() => {
      this.#end ??= end;
      if (end !== "end") this.#arrived.length = 0;
      this.#serve();
    });
  }

  /** The reader is gone: nothing is read any more, and writes fail. */
  abandon(readError: Error, writeError: Error): void {
    this.#end = readError;
    this.#arrived.length = 0;
    this.#serve();
    this.#send(() => this.fail(writeError));
  }

  /** Writes fail from now on. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#makeRoom();
  }

  /**
   * Where octets were lost, none that are behind them arrive, either. What was
   * sent first arrives first, although a sum of times may be rounded down.
   */
  #send(arrive: () => void): void {
    this.#isBroken ||= this.#path.isDark;
    if (this.#isBroken) return;
    const at = this.#clock.now() + this.#path.delay();
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#underWay.push(arrive);
    this.#clock.timer(this.#lastAt - this.#clock.now(), () => {
      const arriveFirst = this.#underWay.shift()!;
      this.#isBroken ||= this.#path.isDark;
      if (!this.#isBroken) arriveFirst();
    });
  }

  #serve(): void {
    const read = this.#read;
    if (read === undefined) return;
    const [first] = this.#arrived;
    if (first === undefined && this.#end === undefined) return;
    this.#read = undefined;
    if (first === undefined) {
      if (this.#end === "end") read.resolve(null);
      else read.reject(this.#end!);
      return;
    }
    const part = first.subarray(0, read.buffer.length);
    read.buffer.set(part);
    if (part.length === first.length) this.#arrived.shift();
    else this.#arrived[0] = first.subarray(part.length);
    this.#used -= part.length;
    this.#makeRoom();
    read.resolve(part.length);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}

/** One end of a connection in memory; it behaves as a `Deno.TcpConn` does. */
export class VirtualSocket implements AcceptedSocket {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  readonly #in: Pipe;
  readonly #out: Pipe;
  readonly #onClose: () => void;
  #isClosed = false;
  #hasEnded = false;

  constructor(
    [localAddr, remoteAddr]: readonly [Deno.NetAddr, Deno.NetAddr],
    [incoming, outgoing]: readonly [Pipe, Pipe],
    onClose: () => void,
  ) {
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
    this.#in = incoming;
    this.#out = outgoing;
    this.#onClose = onClose;
  }

  /** Both ends of a new connection. */
  static pair(
    clock: VirtualClock,
    path: Path,
    near: Deno.NetAddr,
    far: Deno.NetAddr,
    onClose: (end: VirtualSocket) => void,
  ): readonly [VirtualSocket, VirtualSocket] {
    const there = new Pipe(clock, path);
    const back = new Pipe(clock, path);
    const client: VirtualSocket = new VirtualSocket(
      [near, far],
      [back, there],
      () => onClose(client),
    );
    const server: VirtualSocket = new VirtualSocket(
      [far, near],
      [there, back],
      () => onClose(server),
    );
    return [client, server];
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.#requireOpen();
    return await this.#in.read(buffer);
  }

  async write(octets: Uint8Array): Promise<number> {
    this.#requireOpen();
    return await this.#out.write(octets);
  }

  closeWrite(): Promise<void> {
    this.#requireOpen();
    this.#finish("end");
    return Promise.resolve();
  }

  close(): void {
    this.#requireOpen();
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#finish("end");
    const broken = new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
    this.#in.abandon(interrupted(), broken);
    this.#out.fail(interrupted());
    this.#onClose();
  }

  /** Its host dies, and the peer is told: the connection is reset. */
  reset(): void {
    const error = new Deno.errors.ConnectionReset(
      "Connection reset by peer (os error 104)",
    );
    this.#finish(error);
    this.#in.abandon(error, error);
    this.#out.fail(error);
  }

  #finish(end: "end" | Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#out.finish(end);
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Deno.errors.BadResource("Bad resource ID");
  }
}

function interrupted(): Error {
  return new Deno.errors.Interrupted("Operation canceled");
}
