const LOOPBACK = "127.0.0.1";

/** How much one read may take in, in octets. */
const READ_SIZE = 65_536;

/** Reads in a second while few octets may pass. */
const SLOW_READS = 20;

/** Milliseconds by which a relay that was late may hurry. */
const CATCH_UP = 50;

/** How a {@linkcode Relay} is set up. */
export interface RelayOptions {
  /** Where it listens on the loopback interface; by default on a free port. */
  readonly port?: number;
  /** What may pass in each direction of each connection. */
  readonly octetsPerSecond?: number;
}

/**
 * A TCP relay on the loopback interface between clients and a server that may
 * come and go, for the troubles of a network.
 */
export class Relay implements AsyncDisposable {
  readonly #server: number;
  readonly #pairs = new Set<Pair>();
  readonly #work = new Set<Promise<void>>();
  readonly #traffic: Traffic;
  #port: number;
  #listener: Deno.TcpListener | undefined;
  #accepted = 0;
  #isDark = false;

  /** Relays to a port of the loopback interface. */
  constructor(
    server: number,
    { port = 0, octetsPerSecond = Infinity }: RelayOptions = {},
  ) {
    this.#server = server;
    this.#port = port;
    this.#traffic = new Traffic(octetsPerSecond);
    this.admit();
  }

  /** The address to connect to. */
  get target(): string {
    return `${LOOPBACK}:${this.#port}`;
  }

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Octets that have passed in both directions. */
  get octets(): number {
    return this.#traffic.octets;
  }

  /**
   * From now on all octets are lost in both directions, and so are the ends of
   * connections: a network that breaks without a word.
   *
   * @param which Whether connections that are made later share that.
   */
  dark(which: "all" | "present" = "all"): void {
    this.#isDark ||= which === "all";
    for (const pair of this.#pairs) pair.isDark = true;
  }

  /**
   * From now on nothing is read any more, so that what is sent to the relay
   * fills the buffers on the way: a host that is gone acknowledges nothing.
   */
  freeze(): void {
    this.#traffic.isFrozen = true;
  }

  /** Holds back the octets of the connections that exist; nothing is lost. */
  hold(): void {
    for (const pair of this.#pairs) pair.gate.close();
  }

  /** Lets go of what was held back. */
  release(): void {
    for (const pair of this.#pairs) pair.gate.open();
  }

  /** Nothing passes until {@linkcode flow}; nothing is lost. */
  stall(): void {
    this.#traffic.gate.close();
  }

  /** At most so many octets a second pass in each direction of a connection. */
  slow(octetsPerSecond: number): void {
    this.#traffic.rate = octetsPerSecond;
  }

  /** What passes is neither stalled nor slow. */
  flow(): void {
    this.#traffic.rate = Infinity;
    this.#traffic.gate.open();
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
    this.#port = listener.addr.port;
    this.#listener = listener;
    this.#start(this.#accept(listener));
  }

  /** Closes all connections, and stops listening. */
  async close(): Promise<void> {
    this.flow();
    this.release();
    this.refuse();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Closes the relay. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #start(work: Promise<void>): void {
    const settled = work.catch(() => {});
    this.#work.add(settled);
    settled.finally(() => this.#work.delete(settled));
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const near of listener) {
      this.#accepted++;
      const pair = new Pair(near, this.#traffic, this.#isDark);
      this.#pairs.add(pair);
      const end = () => this.#pairs.delete(pair);
      this.#start(pair.run(this.#server).finally(end));
    }
  }
}

/** Lets pass, or not. */
class Gate {
  #passable: PromiseWithResolvers<void> | undefined;

  get opened(): Promise<void> | undefined {
    return this.#passable?.promise;
  }

  close(): void {
    this.#passable ??= Promise.withResolvers();
  }

  open(): void {
    this.#passable?.resolve();
    this.#passable = undefined;
  }
}

/** How much may pass. */
class Traffic {
  readonly gate = new Gate();
  /** Octets a second, of each direction of each connection. */
  rate: number;
  /** Whether nothing is read any more. */
  isFrozen = false;
  /** Octets that have passed. */
  octets = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  /** How much one read may take in. */
  get portion(): number {
    return Math.min(READ_SIZE, Math.ceil(this.rate / SLOW_READS));
  }
}

/** A connection, and the one to the server that belongs to it. */
class Pair {
  isDark: boolean;
  readonly gate = new Gate();
  readonly #near: Deno.TcpConn;
  readonly #traffic: Traffic;
  readonly #conns: Deno.TcpConn[];
  readonly #closed = Promise.withResolvers<void>();

  constructor(near: Deno.TcpConn, traffic: Traffic, isDark: boolean) {
    this.#near = near;
    this.#traffic = traffic;
    this.#conns = [near];
    this.isDark = isDark;
  }

  async run(server: number): Promise<void> {
    try {
      await this.#traffic.gate.opened;
      const far = await Deno.connect({ hostname: LOOPBACK, port: server });
      this.#conns.push(far);
      for (const conn of this.#conns) conn.setNoDelay(true);
      const pumps = [this.#pump(this.#near, far), this.#pump(far, this.#near)];
      await Promise.all(pumps).catch(() => this.close());
      await Promise.allSettled(pumps);
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#closed.resolve();
    for (const conn of this.#conns.splice(0)) conn[Symbol.dispose]();
  }

  /** The end of a dark direction is not told: the other end waits for it. */
  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    let due = performance.now();
    for (;;) {
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const { isFrozen, portion } = this.#traffic;
      if (isFrozen) return await this.#closed.promise;
      const count = await from.read(buffer.subarray(0, portion))
        .catch((error) => {
          if (this.isDark) return null;
          throw error;
        });
      await this.gate.opened;
      await this.#traffic.gate.opened;
      if (count === null) {
        return this.isDark ? await this.#closed.promise : await to.closeWrite();
      }
      if (!this.isDark) await writeAll(to, buffer.subarray(0, count));
      this.#traffic.octets += count;
      due = Math.max(due, performance.now() - CATCH_UP) +
        count / this.#traffic.rate * 1_000;
    }
  }
}

/** Writes all octets. */
export async function writeAll(
  to: Pick<Deno.Conn, "write">,
  octets: Uint8Array,
): Promise<void> {
  for (let at = 0; at < octets.length;) {
    at += await to.write(octets.subarray(at));
  }
}
