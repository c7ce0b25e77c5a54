/**
 * A network in the shape of a TCP relay, which can go dark: from then on it
 * forwards nothing in either direction, and closes nothing either.
 */
export class Relay implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #targetPort: number;
  readonly #sockets = new Set<Deno.TcpConn>();
  readonly #pumps: Promise<void>[] = [];
  #isDark = false;

  /** Relays connections to a port of this machine. */
  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#pumps.push(this.#accept());
  }

  /** The port to connect to instead. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Cuts the network. */
  goDark(): void {
    this.#isDark = true;
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    await Promise.all(this.#pumps);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      const far = await Deno.connect({
        hostname: "127.0.0.1",
        port: this.#targetPort,
      });
      for (const socket of [near, far]) {
        socket.setNoDelay(true);
        this.#sockets.add(socket);
      }
      this.#pumps.push(this.#pump(near, far), this.#pump(far, near));
    }
  }

  /** Forwards until an end, which is forwarded, too, unless it is dark. */
  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (this.#isDark) continue;
        if (count === null) return await to.closeWrite();
        await writeAll(to, buffer.subarray(0, count));
      }
    } catch {
      // One of the two has closed, and there is nobody left to tell.
    }
  }
}

async function writeAll(to: Deno.TcpConn, octets: Uint8Array): Promise<void> {
  while (octets.length > 0) octets = octets.subarray(await to.write(octets));
}
