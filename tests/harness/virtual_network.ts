import type {
  AcceptedSocket,
  ConnectOptions,
  ListenAddress,
  ListeningSocket,
  Network,
  Target,
} from "../../src/transport/public.ts";
import type { VirtualClock } from "./virtual_clock.ts";
import { type Path, VirtualSocket } from "./virtual_socket.ts";

/** What a {@linkcode VirtualNetwork} is like. */
export interface VirtualNetworkOptions {
  /** Milliseconds that octets are under way, one way. */
  latency?: number;
  /** Milliseconds by which that may be more, by chance. */
  jitter?: number;
  /** Octets that may be on their way in each direction of a connection. */
  capacity?: number;
  /** Draws a number from 0 up to 1. */
  random?: () => number;
}

/** The address of every client; its ports are counted. */
const CLIENT = "10.0.0.100";

/** The first port that is given to who asks for any. */
const FIRST_PORT = 32_768;

/**
 * A network in memory and in virtual time, with the faults that networks have.
 * It needs no permission, and with the same chances the same happens.
 */
export class VirtualNetwork implements Network, Path {
  /** Addresses of names; what is not listed has none. */
  readonly hosts = new Map<string, readonly string[]>();
  /** `host:port` of those that give no answer to an attempt to connect. */
  readonly silent = new Set<string>();
  /** Connections that were made. */
  connects = 0;
  readonly capacity: number;
  readonly #clock: VirtualClock;
  readonly #latency: number;
  readonly #jitter: number;
  readonly #random: () => number;
  readonly #listeners = new Map<string, VirtualListener>();
  readonly #sockets = new Set<VirtualSocket>();
  #isDark = false;
  #port = FIRST_PORT;

  constructor(
    clock: VirtualClock,
    { latency = 5, jitter = 0, capacity = 65_536, random = () => 0.5 }:
      VirtualNetworkOptions = {},
  ) {
    this.#clock = clock;
    this.#latency = latency;
    this.#jitter = jitter;
    this.#random = random;
    this.capacity = capacity;
  }

  /** Whether all that is sent, or is under way, is lost. */
  get isDark(): boolean {
    return this.#isDark;
  }

  /** Ends of connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  delay(): number {
    return this.#latency + this.#jitter * this.#random();
  }

  /**
   * A black hole: from now on nothing arrives, no end of a connection either,
   * and attempts to connect get no answer. What is sent fills the buffers.
   */
  dark(): void {
    this.#isDark = true;
  }

  /** New connections work; those that have lost something stay broken. */
  light(): void {
    this.#isDark = false;
  }

  /** All connections are reset, at both ends. */
  reset(): void {
    for (const socket of this.#sockets) socket.reset();
  }

  connect(target: Target, options: ConnectOptions): Promise<AcceptedSocket> {
    const { signal, tls } = options;
    if (target.transport !== "tcp" || tls !== undefined) {
      return Promise.reject(new TypeError("Only plain TCP is simulated"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<
      AcceptedSocket
    >();
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
    this.#clock.timer(this.delay() + this.delay(), () => {
      if (this.isDark || signal.aborted) return;
      if (this.silent.has(keyOf(target))) return;
      const listener = this.#listeners.get(keyOf(target));
      if (listener !== undefined) resolve(this.#join(listener));
      else reject(new Deno.errors.ConnectionRefused("Connection refused"));
    });
    return promise;
  }

  listen(address: ListenAddress): ListeningSocket {
    if (address.transport !== "tcp") {
      throw new TypeError("Only TCP is simulated");
    }
    const { hostname = "::", port: wanted } = address;
    const port = wanted === 0 ? this.#port++ : wanted;
    const addr: Deno.NetAddr = { transport: "tcp", hostname, port };
    const key = keyOf(addr);
    if (this.#listeners.has(key)) {
      throw new Deno.errors.AddrInUse("Address already in use (os error 98)");
    }
    const listener = new VirtualListener(
      addr,
      () => this.#listeners.delete(key),
    );
    this.#listeners.set(key, listener);
    return listener;
  }

  async resolve(hostname: string): Promise<readonly string[]> {
    await new Promise<void>((done) => this.#clock.timer(this.delay(), done));
    const addresses = this.hosts.get(hostname);
    if (addresses === undefined) throw new Error(`${hostname} is not known`);
    return addresses;
  }

  #join(listener: VirtualListener): VirtualSocket {
    this.connects++;
    const near: Deno.NetAddr = {
      transport: "tcp",
      hostname: CLIENT,
      port: this.#port++,
    };
    const ends = VirtualSocket.pair(
      this.#clock,
      this,
      near,
      listener.addr,
      (end) => this.#sockets.delete(end),
    );
    for (const end of ends) this.#sockets.add(end);
    listener.add(ends[1]);
    return ends[0];
  }
}

/** Takes connections that are made to its address. */
class VirtualListener implements ListeningSocket {
  readonly addr: Deno.NetAddr;
  readonly #waiting: VirtualSocket[] = [];
  readonly #onClose: () => void;
  #accepting: PromiseWithResolvers<AcceptedSocket> | undefined;
  #isClosed = false;

  constructor(addr: Deno.NetAddr, onClose: () => void) {
    this.addr = addr;
    this.#onClose = onClose;
  }

  add(socket: VirtualSocket): void {
    if (this.#accepting === undefined) return void this.#waiting.push(socket);
    this.#accepting.resolve(socket);
    this.#accepting = undefined;
  }

  accept(): Promise<AcceptedSocket> {
    if (this.#isClosed) return Promise.reject(closed());
    const socket = this.#waiting.shift();
    if (socket !== undefined) return Promise.resolve(socket);
    this.#accepting = Promise.withResolvers();
    return this.#accepting.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#onClose();
    this.#accepting?.reject(closed());
    for (const socket of this.#waiting.splice(0)) socket.reset();
  }
}

function closed(): Error {
  return new Deno.errors.BadResource("Listener has been closed");
}

function keyOf(
  { hostname, port }: { readonly hostname: string; readonly port: number },
): string {
  return `${hostname}:${port}`;
}
