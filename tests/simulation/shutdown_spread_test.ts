import { assert, assertEquals, assertRejects } from "@std/assert";
import { Channel, implement, serve } from "../../mod.ts";
import type { ShutdownOptions } from "../../src/transport/public.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { ADDRESS, Echo } from "./support/world.ts";

const CLIENTS = 20;

/** A server with clients that each have a connection. */
class Fleet {
  readonly clock = new VirtualClock();
  readonly network = new VirtualNetwork(this.clock, { latency: 5 });
  /** Milliseconds after the shutdown began at which each GOAWAY was sent. */
  readonly goaways: number[] = [];
  /** Milliseconds after the shutdown began at which each connection closed. */
  readonly closes: number[] = [];
  readonly channels: Channel[] = [];
  #began = 0;

  readonly server = serve({
    clock: this.clock,
    network: this.network,
    hostname: "10.0.0.1",
    port: 50_051,
    onEvent: ({ type }, { id }) => {
      const at = this.clock.now() - this.#began;
      if (type === "goaway-sent" && !this.#told.has(id)) this.goaways.push(at);
      if (type === "goaway-sent") this.#told.add(id);
      if (type === "closed") this.closes.push(at);
    },
  }, [
    implement(Echo, {
      unary: (request) => request,
      watch: async function* (request, { signal }) {
        yield request;
        await new Promise((resolve) =>
          signal.addEventListener("abort", resolve)
        );
      },
    }),
  ]);
  readonly #told = new Set<number>();

  async connect(): Promise<void> {
    for (let i = 0; i < CLIENTS; i++) this.channels.push(this.channel());
    for (const channel of this.channels) channel.connect();
    await this.clock.advance(100);
  }

  channel(): Channel {
    const { clock, network } = this;
    return new Channel(ADDRESS, { clock, network });
  }

  shutdown(options: ShutdownOptions): Promise<void> {
    this.#began = this.clock.now();
    return this.server.shutdown(options);
  }

  async end(): Promise<void> {
    const ends = this.channels.map((channel) => channel.close());
    await this.clock.advance(2_000);
    await Promise.all(ends);
    assertEquals(this.network.open, 0);
    assertEquals(this.clock.pending, 0);
  }
}

function inFleet(
  name: string,
  body: (fleet: Fleet) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const fleet = new Fleet();
    await fleet.connect();
    await body(fleet);
    await fleet.end();
  });
}

const each = (milliseconds: number) =>
  Array.from({ length: CLIENTS }, (_, i) => i * milliseconds);

inFleet(
  "connections are drained one after the other within the spread",
  async (fleet) => {
    const { clock } = fleet;
    const done = fleet.shutdown({ spread: 10_000 });
    await clock.advance(20_000);
    await done;
    assertEquals(fleet.goaways, each(500));
    assertEquals(fleet.closes.length, CLIENTS);
    assert(
      fleet.closes.every((at, i) => at - i * 500 <= 50),
      `${fleet.closes}`,
    );
  },
);

inFleet(
  "until its turn a connection takes calls; new connections are refused at once",
  async (fleet) => {
    const { clock, channels } = fleet;
    const done = fleet.shutdown({ spread: 10_000 });
    await clock.advance(5_200);
    const last = channels[CLIENTS - 1].unary(Echo.unary, new Uint8Array(3));
    const stranger = fleet.channel();
    channels.push(stranger);
    const refused = assertRejects(
      () => stranger.unary(Echo.unary, new Uint8Array(3)),
      Error,
      "refused",
    );
    await clock.advance(100);
    assertEquals((await last).length, 3);
    await refused;
    await clock.advance(10_000);
    await done;
  },
);

inFleet(
  "the grace counts from the call, for all connections together",
  async (fleet) => {
    const { clock, channels } = fleet;
    const streams = channels.map((channel) =>
      channel.serverStreaming(Echo.watch, new Uint8Array(1))
    );
    const first = streams.map((stream) => stream.next());
    await clock.advance(100);
    await Promise.all(first);
    const ends = streams.map((stream) => assertRejects(() => stream.next()));
    const done = fleet.shutdown({ grace: 12_000, spread: 10_000 });
    await clock.advance(11_900);
    assertEquals(fleet.closes, []);
    await clock.advance(2_000);
    await done;
    assertEquals(fleet.goaways, each(500));
    assert(fleet.closes.every((at) => at >= 12_000 && at <= 13_100));
    await Promise.all(ends);
  },
);

inFleet(
  "of two shutdowns each connection is drained when the first of them would",
  async (fleet) => {
    const { clock } = fleet;
    const slow = fleet.shutdown({ spread: 20_000 });
    await clock.advance(5_500);
    const fast = fleet.server.shutdown();
    await clock.advance(1_000);
    await Promise.all([slow, fast]);
    const early = each(1_000).slice(0, 6);
    assertEquals(fleet.goaways.slice(0, 6), early);
    assert(
      fleet.goaways.slice(6).every((at) => at === 5_500),
      `${fleet.goaways}`,
    );
  },
);

inFleet(
  "close() amid the spread ends all at once, and leaves no timer",
  async (fleet) => {
    const { clock } = fleet;
    const slow = fleet.shutdown({ spread: 20_000 });
    await clock.advance(5_500);
    const close = fleet.server.close();
    await clock.advance(1_500);
    await Promise.all([slow, close]);
    assertEquals(fleet.closes.length, CLIENTS);
  },
);
