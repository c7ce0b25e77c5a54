import { writeAll } from "../harness/relay.ts";

const LOOPBACK = "127.0.0.1";

/** How much one read may take in, in octets. */
const READ_SIZE = 65_536;

/** Reads in a second while few octets may pass. */
const SLOW_READS = 20;

/**
 * A TCP relay on the loopback interface between clients and a server that may
 * come and go, for the troubles of a network.
 */
export class ChaosRelay implements AsyncDisposable {
  readonly #port: number;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #work = new Set<Promise<void>>();
  readonly #traffic = new Traffic();
  #listener: Deno.TcpListener | undefined;
  #accepted = 0;

  /** Relays from one port of the loopback interface to another. */
  constructor(port: number, target: number) {
    this.#port = port;
    this.#target = target;
    this.admit();
  }

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** The address to connect to. */
  get address(): string {
    return `${LOOPBACK}:${this.#port}`;
  }

  /**
   * The octets of the present connections are lost from now on, in both
   * directions, and so are their ends. New connections pass.
   */
  dark(): void {
    for (const pair of this.#pairs) pair.isDark = true;
  }

  /** Nothing passes until {@linkcode flow}; nothing is lost. */
  stall(): void {
    this.#traffic.stall();
  }

  /** At most so many octets a second pass in each direction of a connection. */
  slow(octetsPerSecond: number): void {
    this.#traffic.rate = octetsPerSecond;
  }

  /** Everything passes again. */
  flow(): void {
    this.#traffic.rate = Infinity;
    this.#traffic.flow();
  }

  /** Ends all connections, and refuses new ones until {@linkcode admit}. */
  refuse(): void {
    this.#listener?.[Symbol.dispose]();
    this.#listener = undefined;
    for (const pair of this.#pairs) pair.close();
  }

  /** Accepts connections. */
  admit(): void {
    const listener = Deno.listen({ hostname: LOOPBACK, port: this.#port });
    this.#listener = listener;
    this.#start(this.#accept(listener));
  }

  /** Closes all connections, and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.flow();
    this.refuse();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #start(work: Promise<void>): void {
    const settled = work.catch(() => {});
    this.#work.add(settled);
    settled.finally(() => this.#work.delete(settled));
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const near of listener) {
      this.#accepted++;
      const pair = new Pair(near, this.#traffic);
      this.#pairs.add(pair);
      this.#start(
        pair.run(this.#target).finally(() => this.#pairs.delete(pair)),
      );
    }
  }
}

/** How much may pass. */
class Traffic {
  /** Octets a second, of each direction of each connection. */
  rate = Infinity;
  #passable = Promise.withResolvers<void>();

  constructor() {
    this.#passable.resolve();
  }

  stall(): void {
    this.#passable = Promise.withResolvers();
  }

  flow(): void {
    this.#passable.resolve();
  }

  /** How much one read may take in. */
  get portion(): number {
    return Math.min(READ_SIZE, Math.ceil(this.rate / SLOW_READS));
  }

  /** Resolves when so many octets may pass. */
  async pass(octets: number): Promise<void> {
    await this.#passable.promise;
    const milliseconds = octets * 1_000 / this.rate;
    if (milliseconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  }
}

/** A connection, and the one to the server that belongs to it. */
class Pair {
  isDark = false;
  readonly #near: Deno.TcpConn;
  readonly #traffic: Traffic;
  readonly #conns: Deno.TcpConn[];

  constructor(near: Deno.TcpConn, traffic: Traffic) {
    this.#near = near;
    this.#traffic = traffic;
    this.#conns = [near];
  }

  async run(target: number): Promise<void> {
    try {
      await this.#traffic.pass(0);
      const far = await Deno.connect({ hostname: LOOPBACK, port: target });
      this.#conns.push(far);
      for (const conn of this.#conns) conn.setNoDelay(true);
      await Promise.all([
        this.#pump(this.#near, far),
        this.#pump(far, this.#near),
      ]);
    } finally {
      this.close();
    }
  }

  close(): void {
    for (const conn of this.#conns.splice(0)) conn[Symbol.dispose]();
  }

  /** A dark direction just ends: its other end is not told. */
  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    for (;;) {
      const part = buffer.subarray(0, this.#traffic.portion);
      const count = await from.read(part).catch(() => null);
      await this.#traffic.pass(count ?? 0);
      if (count === null) return this.isDark ? undefined : this.close();
      if (!this.isDark) await writeAll(to, part.subarray(0, count));
    }
  }
}
