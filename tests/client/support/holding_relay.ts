import { writeAll } from "../../harness/relay.ts";

const LOOPBACK = "127.0.0.1";

/** How much one read may take in, in octets. */
const READ_SIZE = 65_536;

/** What the connections of one time go through. */
interface Gate {
  opened: Promise<void>;
  open: () => void;
}

function openGate(): Gate {
  return { opened: Promise.resolve(), open: () => {} };
}

function closedGate(gate: Gate): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.opened = promise;
  gate.open = resolve;
}

/**
 * A TCP relay on the loopback interface that can hold back all octets of the
 * connections that exist, while later ones pass: a path that breaks, and may
 * come back, while another works.
 */
export class HoldingRelay implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #conns = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  readonly #held: Gate[] = [];
  #gate = openGate();

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

  /** Holds back the octets of the connections that exist. */
  hold(): void {
    closedGate(this.#gate);
    this.#held.push(this.#gate);
    this.#gate = openGate();
  }

  /** Lets go of what was held back, and of what follows. */
  release(): void {
    for (const gate of this.#held.splice(0)) gate.open();
  }

  /** Closes all connections, and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener[Symbol.dispose]();
    for (const conn of this.#conns) conn[Symbol.dispose]();
    this.release();
    while (this.#work.size > 0) await Promise.all(this.#work);
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
    const gate = this.#gate;
    using far = await Deno.connect({ hostname: LOOPBACK, port: this.#target });
    this.#conns.add(far);
    try {
      for (const conn of [near, far]) conn.setNoDelay(true);
      await Promise.all([pump(near, far, gate), pump(far, near, gate)]);
    } finally {
      this.#conns.delete(near);
      this.#conns.delete(far);
    }
  }
}

async function pump(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  gate: Gate,
): Promise<void> {
  const buffer = new Uint8Array(READ_SIZE);
  for (;;) {
    const count = await from.read(buffer);
    await gate.opened;
    if (count === null) return await to.closeWrite();
    await writeAll(to, buffer.subarray(0, count));
  }
}
