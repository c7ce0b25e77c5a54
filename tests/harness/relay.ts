const LOOPBACK = "127.0.0.1";

/** How much one read may take in, in octets. */
const READ_SIZE = 65_536;

/** Milliseconds by which a relay that was late may hurry. */
const CATCH_UP = 50;

/**
 * A TCP relay on the loopback interface that can go dark: a network that
 * breaks without a word.
 */
export class Relay implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #conns = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #octetsPerSecond: number;
  #dark = false;
  #frozen = false;

  /** Relays to a port of the loopback interface, at a rate if one is given. */
  constructor(
    target: number,
    { octetsPerSecond = Infinity }: { octetsPerSecond?: number } = {},
  ) {
    this.#target = target;
    this.#octetsPerSecond = octetsPerSecond;
    this.#listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    this.#start(this.#accept());
  }

  /** The address to connect to. */
  get target(): string {
    return `${LOOPBACK}:${this.#listener.addr.port}`;
  }

  /**
   * From now on all octets are lost in both directions, and so are the ends of
   * connections.
   */
  dark(): void {
    this.#dark = true;
  }

  /**
   * From now on nothing is read any more, so that what is sent to the relay
   * fills the buffers on the way: a host that is gone acknowledges nothing.
   */
  freeze(): void {
    this.#frozen = true;
  }

  /** Closes all connections, and stops listening. */
  async close(): Promise<void> {
    this.#closed.resolve();
    this.#listener[Symbol.dispose]();
    for (const conn of this.#conns) conn[Symbol.dispose]();
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

  async #accept(): Promise<void> {
    for await (const near of this.#listener) this.#start(this.#join(near));
  }

  async #join(near: Deno.TcpConn): Promise<void> {
    using _near = near;
    this.#conns.add(near);
    using far = await Deno.connect({ hostname: LOOPBACK, port: this.#target });
    this.#conns.add(far);
    try {
      for (const conn of [near, far]) conn.setNoDelay(true);
      const pumps = [this.#pump(near, far), this.#pump(far, near)];
      await Promise.all(pumps).catch(() => {});
      for (const conn of [near, far]) conn[Symbol.dispose]();
      await Promise.allSettled(pumps);
    } finally {
      this.#conns.delete(near);
      this.#conns.delete(far);
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    let due = performance.now();
    for (;;) {
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (this.#frozen) return await this.#closed.promise;
      const count = await from.read(buffer);
      if (count === null) {
        return this.#dark ? await this.#closed.promise : await to.closeWrite();
      }
      if (!this.#dark) await writeAll(to, buffer.subarray(0, count));
      due = Math.max(due, performance.now() - CATCH_UP) +
        count / this.#octetsPerSecond * 1_000;
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
