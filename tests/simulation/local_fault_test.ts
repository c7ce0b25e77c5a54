import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  type ChannelEvent,
  implement,
  serve,
  type Server,
} from "../../mod.ts";
import { wordsOf } from "../../src/recorder/words.ts";
import type { Network, TransportEvent } from "../../src/transport/public.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { Echo } from "./support/world.ts";

const KEEPALIVE = { time: 10_000, timeout: 4_000 };
const LATENCY = 5;

/** A path that may be cut off for a while: what is sent meanwhile comes later. */
class StallingPath extends VirtualNetwork {
  /** When it works again. */
  until = -Infinity;

  constructor(readonly clock: VirtualClock) {
    super(clock, { latency: LATENCY });
  }

  override delay(): number {
    return Math.max(LATENCY, this.until - this.clock.now() + LATENCY);
  }
}

/** A network whose sockets lead to a proxy, as those of `proxyNetwork` do. */
function throughProxy(path: VirtualNetwork): Network {
  const PROXY = {
    transport: "tcp",
    hostname: "10.0.0.9",
    port: 3_128,
  } as const;
  return {
    resolve: (hostname) => path.resolve(hostname),
    listen: (address) => path.listen(address),
    connect: async (...given) =>
      Object.defineProperty(await path.connect(...given), "remoteAddr", {
        value: PROXY,
      }),
  };
}

/** One process with a channel to each of some servers, and a stream on each. */
class Process {
  readonly clock = new VirtualClock();
  /** One path for each server. */
  readonly paths: readonly StallingPath[];
  readonly events: ChannelEvent[] = [];
  readonly closed: { at: number; event: TransportEvent }[] = [];
  readonly channels: Channel[];
  readonly #servers: Server[];
  readonly ends: string[] = [];

  constructor(
    readonly count: number,
    { streams = true, proxied = (_server: number): boolean => false } = {},
  ) {
    const { clock } = this;
    const hosts = Array.from({ length: count }, (_, i) => `10.0.1.${i + 1}`);
    this.paths = hosts.map(() => new StallingPath(clock));
    this.#servers = hosts.map((hostname, i) =>
      serve({
        clock,
        network: this.paths[i],
        hostname,
        port: 50_051,
        enforcement: { minTime: 5_000, permitWithoutStream: true },
      }, [
        implement(Echo, {
          unary: (request) => request,
          watch: async function* (request, { signal }) {
            yield request;
            await new Promise((done) => signal.addEventListener("abort", done));
          },
        }),
      ])
    );
    this.channels = hosts.map((host, i) =>
      new Channel(`${host}:50051`, {
        clock,
        network: proxied(i) ? throughProxy(this.paths[i]) : this.paths[i],
        keepalive: { ...KEEPALIVE, permitWithoutStream: true },
        observer: {
          channel: (event) => this.events.push(event),
          connection: (event) => {
            if (event.type === "closed") {
              this.closed.push({ at: clock.now(), event });
            }
          },
        },
      })
    );
    for (const channel of this.channels) {
      if (streams) void this.#watch(channel);
      else channel.connect();
    }
  }

  async #watch(channel: Channel): Promise<void> {
    try {
      for await (
        const _ of channel.serverStreaming(Echo.watch, new Uint8Array(1))
      ); // Until it ends.
      this.ends.push("OK");
    } catch (error) {
      this.ends.push((error as Error).message);
    }
  }

  /** How many events of a type there were. */
  many(type: ChannelEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }

  async end(): Promise<void> {
    for (const path of this.paths) path.light();
    const ends = [
      ...this.channels.map((channel) => channel.close()),
      ...this.#servers.map((server) => server.close()),
    ];
    await this.clock.advance(5_000);
    await Promise.all(ends);
  }
}

Deno.test("when the network of this end stalls, one server is dialled and the others are held back: their streams live on", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  // Silence since 1 s: PINGs at 10 s, in doubt at 12 s, dead at 14 s.
  for (const path of paths) path.until = 15_000;
  await clock.advance(12_500);
  assertEquals(subject.many("suspected"), 4);
  assertEquals(subject.many("suspicion-held"), 16);
  assertEquals(subject.many("connect-started"), 24);
  await clock.advance(5_000);
  const held = subject.events.find(({ type }) => type === "suspicion-held")!;
  assert(
    /^Connection \d+ is not suspected for another 2 s, as this end may be to blame: a PING is unanswered for 2 s, and by most servers$/
      .test(wordsOf(held)),
    wordsOf(held),
  );
  // The verdict is put off by as much: who is not held back dies at 14 s.
  assertEquals(subject.ends.length, 4);
  assertEquals(subject.closed.length, 4);
  await subject.end();
});

Deno.test("servers behind one proxy are as many peers: one is dialled, the others are held back", async () => {
  const subject = new Process(20, { proxied: () => true });
  const { clock, paths } = subject;
  await clock.advance(1_000);
  for (const path of paths) path.until = 15_000;
  await clock.advance(12_500);
  assertEquals(subject.many("suspected"), 4);
  assertEquals(subject.many("suspicion-held"), 16);
  await subject.end();
});

Deno.test("servers that answer through a proxy are heard, although one behind it does not", async () => {
  const subject = new Process(10, { proxied: (server) => server >= 4 });
  const { clock, paths } = subject;
  await clock.advance(1_000);
  for (const path of paths.slice(0, 5)) path.dark();
  await clock.advance(12_000);
  assertEquals(subject.many("suspected"), 5);
  assertEquals(subject.many("suspicion-held"), 0);
  await subject.end();
});

Deno.test("when the network is back before they are suspected, nobody else was dialled", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  for (const path of paths) path.until = 13_500;
  await clock.advance(30_000);
  assertEquals(subject.many("suspected"), 4);
  assertEquals(subject.many("connect-started"), 24);
  assertEquals(subject.ends, []);
  await subject.end();
});

Deno.test("a single dead server is found within time + timeout, whatever the others do", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  paths[6].dark();
  await clock.advance(KEEPALIVE.time + KEEPALIVE.timeout);
  assertEquals(subject.many("suspicion-held"), 0);
  assertEquals(subject.closed.length, 1);
  assertEquals(subject.ends.length, 1);
  await subject.end();
});

Deno.test("servers that really die at once are found half a timeout later at the most", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  const last = clock.now();
  for (const path of paths) path.dark();
  await clock.advance(60_000);
  const { time, timeout } = KEEPALIVE;
  assertEquals(subject.ends.length, 20);
  const bound = last + time + 1.5 * timeout;
  const streams = subject.closed.slice(0, 20).map(({ at }) => at);
  assert(streams.every((at) => at <= bound), `${streams}`);
  assertEquals(streams.filter((at) => at <= last + time + timeout).length, 4);
  await subject.end();
});

Deno.test("a connection that is made shows that the network works: nobody is held back any longer", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  // As when a firewall forgets all connections: new ones work.
  for (const path of paths) path.dark();
  await clock.advance(10_500);
  for (const path of paths) path.light();
  await clock.advance(1_600);
  assertEquals(subject.many("suspicion-held"), 16);
  assertEquals(subject.many("suspected"), 20);
  assert(
    subject.events.some((event) =>
      event.type === "suspected" &&
      event.reason.startsWith("the network works: 10.0.1.")
    ),
  );
  await subject.end();
});

Deno.test("four servers that die while others answer are suspected as ever", async () => {
  const subject = new Process(20);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  for (const path of paths.slice(0, 4)) path.dark();
  await clock.advance(12_000);
  assertEquals(subject.many("suspicion-held"), 0);
  assertEquals(subject.many("suspected"), 4);
  await subject.end();
});

Deno.test("channels to one server are one peer: all may be suspected at once", async () => {
  const subject = new Process(3);
  const { clock, paths } = subject;
  await clock.advance(1_000);
  for (const path of paths) path.dark();
  await clock.advance(12_000);
  assertEquals(subject.many("suspicion-held"), 0);
  assertEquals(subject.many("suspected"), 3);
  await subject.end();
});

Deno.test("a call that comes while its connection is held back waits for the verdict, and no longer", async () => {
  const subject = new Process(20);
  const { clock, paths, channels } = subject;
  await clock.advance(1_000);
  for (const path of paths) path.until = 13_000;
  await clock.advance(11_500);
  let answered = 0;
  const calls = channels.slice(5).map((channel) =>
    channel.unary(Echo.unary, new Uint8Array(1)).then(() => answered++)
  );
  await clock.advance(400);
  assertEquals(answered, 0);
  await clock.advance(300);
  assertEquals(answered, 15);
  await Promise.all(calls);
  await subject.end();
});
