const LOOPBACK = "127.0.0.1";

/** How much one read may take in, in octets. */
const READ_SIZE = 65_536;

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
  #dark = false;

  /** Relays to a port of the loopback interface. */
  constructor(target: number) {
    this.#target = target;
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
      await Promise.all([this.#pump(near, far), this.#pump(far, near)]);
    } finally {
      this.#conns.delete(near);
      this.#conns.delete(far);
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) {
        return this.#dark ? await this.#closed.promise : await to.closeWrite();
      }
      if (!this.#dark) await writeAll(to, buffer.subarray(0, count));
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
