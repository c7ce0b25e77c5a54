import { assert, assertEquals } from "@std/assert";
import { Channel, serve, type Server, subscribe } from "../../mod.ts";
import type { SubscribeOptions } from "../../mod.ts";
import { Random } from "../harness/seed.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { Log, Ticking } from "./support/log_service.ts";
import { ADDRESS } from "./support/world.ts";

const SEED = 11;
const SUBSCRIPTIONS = 100;
const DURATION = 120_000;
const PERIOD = 2_000;
const INTERVAL = 100;

/** How a server goes, and how long there is none. */
interface Restart {
  readonly leave: (server: Server) => Promise<void>;
  readonly outage: number;
}

const RESTARTS: Record<string, Restart & { readonly gap: number }> = {
  // A random part of initialBackoff, and two handshakes.
  "is closed at once, and the next one is there": {
    leave: (server) => server.close(),
    outage: 0,
    gap: 1_000 + 100,
  },
  // The channel may find nobody first: then its own backoff follows, 1.2 s.
  "is closed at once, and the next one comes after 300 ms": {
    leave: (server) => server.close(),
    outage: 300,
    gap: 1_000 + 1_200 + 100,
  },
  // The old one still runs when the new one takes over.
  "drains for a second and a half, and the next one is there": {
    leave: (server) => server.shutdown({ grace: 1_500 }),
    outage: 0,
    gap: 100,
  },
};

/** What subscribers got, in how long, over so many restarts. */
class Trial {
  readonly clock = new VirtualClock();
  readonly received: number[][] = [];
  longestGap = 0;
  interruptions = 0;
  readonly #chance = new Random(SEED);
  readonly #random = () => this.#chance.below(2 ** 30) / 2 ** 30;
  readonly #network = new VirtualNetwork(this.clock, {
    latency: 5,
    jitter: 3,
    random: this.#random,
  });
  readonly #log = new Ticking(this.clock, INTERVAL);
  readonly #leaving: Promise<void>[] = [];
  readonly #controller = new AbortController();
  #server = this.#serve();

  #serve(): Server {
    const [hostname, port] = ADDRESS.split(":");
    return serve({
      clock: this.clock,
      network: this.#network,
      random: this.#random,
      hostname,
      port: Number(port),
    }, [this.#log.service()]);
  }

  async run({ leave, outage }: Restart): Promise<void> {
    const { clock } = this;
    const channels = Array.from({ length: 10 }, () =>
      new Channel(ADDRESS, {
        clock,
        network: this.#network,
        random: this.#random,
      }));
    const readers = Array.from(
      { length: SUBSCRIPTIONS },
      (_, i) => this.#read(channels[i % channels.length]),
    );
    for (let at = PERIOD; at < DURATION; at += PERIOD) {
      await clock.advance(PERIOD - outage);
      this.#leaving.push(leave(this.#server));
      await clock.advance(outage);
      this.#server = this.#serve();
    }
    await clock.advance(PERIOD);
    this.#controller.abort();
    const ends = Promise.all([
      ...readers,
      ...channels.map((channel) => channel.close()),
      ...this.#leaving,
      this.#server.close(),
    ]);
    await clock.advance(5_000);
    await ends;
    assertEquals(clock.pending, 0);
  }

  async #read(channel: Channel): Promise<void> {
    const received: number[] = [];
    this.received.push(received);
    let before = this.clock.now();
    const options: SubscribeOptions<number, number> = {
      resume: (last) => last,
      signal: this.#controller.signal,
      onInterruption: () => this.interruptions++,
    };
    try {
      for await (const entry of subscribe(channel, Log.tail, 0, options)) {
        const now = this.clock.now();
        this.longestGap = Math.max(this.longestGap, now - before - INTERVAL);
        before = now;
        received.push(entry);
      }
    } catch {
      assert(this.#controller.signal.aborted);
    }
  }
}

for (const [how, restart] of Object.entries(RESTARTS)) {
  Deno.test(`100 subscriptions lose nothing and get nothing twice while their server ${how}, every two seconds for two minutes`, async () => {
    const trial = new Trial();
    await trial.run(restart);
    console.log(
      `seed ${SEED}: ${trial.interruptions} interruptions, longest gap ${trial.longestGap} ms`,
    );
    const least = Math.min(...trial.received.map(({ length }) => length));
    assert(least >= (DURATION - restart.gap) / INTERVAL - 20, `${least}`);
    for (const entries of trial.received) {
      assertEquals(entries, entries.map((_, i) => i + 1));
    }
    assert(trial.longestGap <= restart.gap, `${trial.longestGap} ms`);
  });
}
