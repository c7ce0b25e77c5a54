/** A listener whose `accept` goes through the hands of a test. */
export class WrappedListener implements Deno.Listener {
  readonly #inner: Deno.TcpListener = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
  });
  readonly #accept: (inner: Deno.TcpListener) => Promise<Deno.Conn>;

  constructor(accept: (inner: Deno.TcpListener) => Promise<Deno.Conn>) {
    this.#accept = accept;
  }

  get addr(): Deno.NetAddr {
    return this.#inner.addr;
  }

  get target(): string {
    return `127.0.0.1:${this.addr.port}`;
  }

  accept(): Promise<Deno.Conn> {
    return this.#accept(this.#inner);
  }

  close(): void {
    this.#inner.close();
  }

  ref(): void {
    this.#inner.ref();
  }

  unref(): void {
    this.#inner.unref();
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Deno.Conn> {
    for (;;) yield await this.accept();
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
