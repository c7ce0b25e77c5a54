import {
  type CallOptions,
  Channel,
  GrpcError,
  implement,
  type MethodDefinition,
  serve,
  type Server,
  Status,
} from "../../../mod.ts";
import type { TransportEvent } from "../../../src/transport/public.ts";
import { Random } from "../../harness/seed.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../harness/virtual_network.ts";

const HOSTNAME = "10.0.0.1";
const PORT = 50_051;

/** Where the server of a {@linkcode World} listens. */
export const ADDRESS = `${HOSTNAME}:${PORT}`;

const same = (octets: Uint8Array): Uint8Array => octets;

const codec = {
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};

/** A service whose messages are octets. */
export const Echo = {
  /** Gives its request back. */
  unary: {
    path: "/test.Echo/Unary",
    requestStream: false,
    responseStream: false,
    ...codec,
  },
  /** Never ends, and gives its request back once. */
  watch: {
    path: "/test.Echo/Watch",
    requestStream: false,
    responseStream: true,
    ...codec,
  },
} as const satisfies Record<string, MethodDefinition<Uint8Array, Uint8Array>>;

/** How a {@linkcode World} is made. */
export interface WorldOptions {
  /** Its clock; by default one of its own. */
  readonly clock?: VirtualClock;
  /** Options of its servers. */
  readonly server?: Parameters<typeof serve>[0];
  /** Options of its channel. */
  readonly channel?: ConstructorParameters<typeof Channel>[1];
  /** What the channel leads to; by default the address of the server. */
  readonly target?: string | readonly string[];
  /** Whether a server listens from the beginning. */
  readonly starts?: boolean;
  /** Octets that may be on their way. */
  readonly capacity?: number;
  /** Milliseconds by which octets may be longer under way, by chance; 3. */
  readonly jitter?: number;
}

/**
 * A channel and a server on a network in memory: all time is virtual, all
 * chance comes from a seed, and no permission is needed.
 */
export class World {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly channel: Channel;
  /** What happened to the connections of the channel. */
  readonly clientEvents: TransportEvent[] = [];
  /** What happened to the connections of the servers. */
  readonly serverEvents: TransportEvent[] = [];
  /** When each call ended, and how. */
  readonly calls: string[] = [];
  readonly #options: WorldOptions;
  readonly #random: () => number;
  #server: Server | undefined;

  constructor(seed: number, options: WorldOptions = {}) {
    this.clock = options.clock ?? new VirtualClock();
    const chance = new Random(seed);
    this.#random = () => chance.below(2 ** 30) / 2 ** 30;
    this.#options = options;
    this.network = new VirtualNetwork(this.clock, {
      latency: 5,
      jitter: options.jitter ?? 3,
      capacity: options.capacity,
      random: this.#random,
    });
    if (options.starts ?? true) this.startServer();
    this.channel = new Channel(options.target ?? ADDRESS, {
      clock: this.clock,
      network: this.network,
      random: this.#random,
      onEvent: (event) => this.clientEvents.push(event),
      ...options.channel,
    });
  }

  /** A server begins to listen. */
  startServer(): void {
    this.#server = serve({
      clock: this.clock,
      network: this.network,
      random: this.#random,
      hostname: HOSTNAME,
      port: PORT,
      onEvent: (event) => this.serverEvents.push(event),
      ...this.#options.server,
    }, [
      implement(Echo, {
        unary: (request) => request,
        watch: async function* (request, call) {
          yield request;
          await new Promise<void>((resolve) =>
            call.signal.addEventListener("abort", () => resolve())
          );
        },
      }),
    ]);
  }

  /** The server, which is there. */
  get server(): Server {
    return this.#server!;
  }

  /** Makes a call, and notes when it ended, and how. */
  call(octets = 100, options: CallOptions = { deadline: 5_000 }): void {
    const note = (outcome: string) =>
      this.calls.push(`${this.clock.now().toFixed(3)} ${outcome}`);
    const request = new Uint8Array(octets);
    this.channel.unary(Echo.unary, request, options).then(
      ({ length }) => note(length === octets ? "OK" : `${length} octets`),
      (error) =>
        note(error instanceof GrpcError ? nameOf(error.code) : String(error)),
    );
  }

  /** Ends everything; fails if something is left. */
  async end(): Promise<void> {
    const ends = Promise.all([this.channel.close(), this.#server?.close()]);
    await this.clock.advance(5_000);
    await ends;
    await this.#server?.finished;
  }

  /** All that happened, as text. */
  log(): string[] {
    const text = (who: string) => (event: TransportEvent) =>
      `${who} ${JSON.stringify(event)}`;
    return [
      ...this.clientEvents.map(text("client")),
      ...this.serverEvents.map(text("server")),
      ...this.calls,
    ];
  }
}

function nameOf(code: number): string {
  return Object.entries(Status).find(([, value]) => value === code)?.[0] ??
    String(code);
}
