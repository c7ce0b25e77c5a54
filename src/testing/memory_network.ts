import {
  type AcceptedSocket,
  type ConnectOptions,
  formatTarget,
  type ListenAddress,
  type ListeningSocket,
  type Network,
  type Target,
} from "../transport/mod.ts";
import { MemorySocket } from "./memory_socket.ts";

/** The ports that are given to who asks for any, one after the other. */
const PORTS = { first: 32_768, last: 65_535 };

/**
 * A network in memory, without sockets and permissions: who connects reaches who
 * listens on the same `MemoryNetwork`. There is no TLS on it.
 *
 * @example Two services that call each other, in one process
 * ```ts
 * import { Channel, createClient, Health, HealthDefinition, serve } from "@keepalive/grpc";
 * import { MemoryNetwork } from "@keepalive/grpc/testing";
 *
 * const network = new MemoryNetwork();
 * const local = { hostname: "backend", port: 50_051, network };
 * await using server = serve(local, [new Health().service]);
 * await using channel = new Channel("backend:50051", { network });
 * const { status } = await createClient(HealthDefinition, channel)
 *   .check({ service: "" });
 * console.log(server.addr, status); // …, 1
 * ```
 */
export class MemoryNetwork implements Network {
  readonly #listeners = new Map<string, MemoryListener>();
  #port = PORTS.first;

  /** Connects to who listens on the address. */
  connect(target: Target, options: ConnectOptions): Promise<AcceptedSocket> {
    const { signal, tls } = options;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (tls !== undefined) return Promise.reject(withoutTls("connect"));
    const listener = this.#listeners.get(formatTarget(target));
    if (listener === undefined) {
      return Promise.reject(
        new Error(`Nobody listens on ${formatTarget(target)} in memory`),
      );
    }
    return Promise.resolve(listener.join(this.#nextPort()));
  }

  /** Listens on an address. */
  listen(
    address: ListenAddress,
    { tls }: { readonly tls?: unknown } = {},
  ): ListeningSocket {
    if (tls !== undefined) throw withoutTls("listen");
    if (address.transport !== "tcp") {
      throw new TypeError(
        `Cannot listen on unix:${address.path} in memory: expected a hostname and a port`,
      );
    }
    const { hostname = "::", port } = address;
    const addr: Deno.NetAddr = {
      transport: "tcp",
      hostname,
      port: port === 0 ? this.#freePort(hostname) : port,
    };
    const key = formatTarget({ ...addr, transport: "tcp" });
    if (this.#listeners.has(key)) {
      throw new Error(`Another server listens on ${key} in memory`);
    }
    const listener = new MemoryListener(
      addr,
      () => this.#listeners.delete(key),
    );
    this.#listeners.set(key, listener);
    return listener;
  }

  #nextPort(): number {
    const port = this.#port;
    this.#port = port === PORTS.last ? PORTS.first : port + 1;
    return port;
  }

  #freePort(hostname: string): number {
    for (let left = PORTS.last - PORTS.first; left >= 0; left--) {
      const port = this.#nextPort();
      const key = formatTarget({ transport: "tcp", hostname, port });
      if (!this.#listeners.has(key)) return port;
    }
    throw new Error(`No port of ${hostname} is free in memory`);
  }

  /** Each name is an address. */
  resolve(hostname: string): Promise<readonly string[]> {
    return Promise.resolve([hostname]);
  }
}

/** Takes the connections that are made to its address. */
class MemoryListener implements ListeningSocket {
  readonly addr: Deno.NetAddr;
  readonly #waiting: MemorySocket[] = [];
  readonly #onClose: () => void;
  #accepting: PromiseWithResolvers<AcceptedSocket> | undefined;
  #isClosed = false;

  constructor(addr: Deno.NetAddr, onClose: () => void) {
    this.addr = addr;
    this.#onClose = onClose;
  }

  /** Makes a connection; answers with the end of who asked for it. */
  join(port: number): MemorySocket {
    const near = { ...this.addr, hostname: "client", port };
    const [client, server] = MemorySocket.pair(near, this.addr);
    if (this.#accepting === undefined) this.#waiting.push(server);
    else this.#accepting.resolve(server);
    this.#accepting = undefined;
    return client;
  }

  accept(): Promise<AcceptedSocket> {
    if (this.#isClosed) return Promise.reject(closed());
    const socket = this.#waiting.shift();
    if (socket !== undefined) return Promise.resolve(socket);
    this.#accepting = Promise.withResolvers();
    return this.#accepting.promise;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    this.#accepting?.reject(closed());
    for (const socket of this.#waiting.splice(0)) socket[Symbol.dispose]();
  }
}

function closed(): Error {
  return new Error("The listener has been closed");
}

function withoutTls(what: string): TypeError {
  return new TypeError(
    `Cannot ${what} with TLS in memory: leave out \`tls\`, or use sockets`,
  );
}
