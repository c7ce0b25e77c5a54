import { assertEquals, assertRejects } from "@std/assert";
import type { AcceptedSocket } from "../../src/transport/public.ts";
import { Random } from "./seed.ts";
import { VirtualClock } from "./virtual_clock.ts";
import {
  VirtualNetwork,
  type VirtualNetworkOptions,
} from "./virtual_network.ts";
import { VirtualSocket } from "./virtual_socket.ts";

const ADDRESS = { transport: "tcp", hostname: "10.0.0.1", port: 1 } as const;

/** Both ends of a connection on a network of 5 ms one way. */
async function connected(options: VirtualNetworkOptions = {}) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock, options);
  const listener = network.listen(ADDRESS);
  const accepting = listener.accept();
  const { signal } = new AbortController();
  const connecting = network.connect(ADDRESS, { signal });
  await clock.advance(1_000);
  const [client, server] = [await connecting, await accepting];
  return { clock, network, listener, client, server };
}

/** All that arrives on a socket until its end. */
async function octetsOf(socket: AcceptedSocket): Promise<number[]> {
  const received: number[] = [];
  const buffer = new Uint8Array(8);
  for (;;) {
    const count = await socket.read(buffer);
    if (count === null) return received;
    received.push(...buffer.subarray(0, count));
  }
}

Deno.test("octets arrive after the latency, and not before", async () => {
  const { clock, client, server } = await connected();
  const buffer = new Uint8Array(10);
  let count: number | null = -1;
  server.read(buffer).then((read) => count = read);
  assertEquals(await client.write(Uint8Array.of(1, 2, 3)), 3);
  await clock.advance(4);
  assertEquals(count, -1);
  await clock.advance(1);
  assertEquals([count, ...buffer.subarray(0, 3)], [3, 1, 2, 3]);
});

Deno.test("a write waits while the path is full, as when nobody reads", async () => {
  const { clock, client, server } = await connected({ capacity: 4 });
  assertEquals(await client.write(new Uint8Array(6)), 4);
  let count = 0;
  client.write(new Uint8Array(2)).then((written) => count = written);
  await clock.advance(1_000);
  assertEquals(count, 0);
  assertEquals(await server.read(new Uint8Array(3)), 3);
  await clock.settle();
  assertEquals(count, 2);
});

Deno.test("octets stay in order, however different their times", async () => {
  const random = new Random(7);
  const { clock, client, server } = await connected({
    jitter: 100,
    random: () => random.below(1_000) / 1_000,
  });
  for (let i = 0; i < 50; i++) await client.write(Uint8Array.of(i));
  await client.closeWrite?.();
  await clock.advance(1_000);
  assertEquals(await octetsOf(server), Array.from({ length: 50 }, (_, i) => i));
});

Deno.test("octets stay in order, although sums of times are rounded", async () => {
  const random = new Random(7);
  for (let round = 0; round < 100; round++) {
    const clock = new VirtualClock();
    const delay = () => random.below(80_000) / 1_000;
    const path = { delay, isDark: false, capacity: 65_536 };
    const [near, far] = VirtualSocket.pair(
      clock,
      path,
      ADDRESS,
      ADDRESS,
      () => {},
    );
    for (let i = 0; i < 8; i++) {
      await near.write(Uint8Array.of(i));
      await clock.advance(random.below(10_000) / 1_000);
    }
    await near.closeWrite();
    await clock.advance(1_000);
    assertEquals(await octetsOf(far), [0, 1, 2, 3, 4, 5, 6, 7]);
  }
});

Deno.test("in a black hole nothing arrives, no end either, and a connection that lost something stays broken", async () => {
  const { clock, network, client, server } = await connected();
  let outcome = "nothing";
  server.read(new Uint8Array(1)).then(() => outcome = "read", () => {});
  network.dark();
  await client.write(Uint8Array.of(1));
  client.close();
  await clock.advance(60_000);
  network.light();
  await clock.advance(60_000);
  assertEquals(outcome, "nothing");
  server.close();
  assertEquals(network.open, 0);
});

Deno.test("an attempt to connect is refused, or gets no answer until it is given up", async () => {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock);
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const refused = assertRejects(
    () => network.connect(ADDRESS, { signal }),
    Deno.errors.ConnectionRefused,
  );
  await clock.advance(10);
  await refused;
  network.dark();
  let isOver = false;
  const silent = network.connect(ADDRESS, { signal })
    .catch(() => isOver = true);
  await clock.advance(1e9);
  assertEquals(isOver, false);
  giveUp.abort();
  await silent;
});

Deno.test("a reset ends both ends at once with an error, and a close does so for who reads here", async () => {
  const one = await connected();
  const readings = [one.client, one.server].map((end) =>
    assertRejects(
      () => end.read(new Uint8Array(1)),
      Deno.errors.ConnectionReset,
    )
  );
  one.network.reset();
  await Promise.all(readings);
  const { client, server, clock } = await connected();
  const reading = assertRejects(
    () => client.read(new Uint8Array(1)),
    Deno.errors.Interrupted,
  );
  const end = server.read(new Uint8Array(1));
  client.close();
  await reading;
  await clock.advance(5);
  assertEquals(await end, null);
  await assertRejects(
    () => server.write(new Uint8Array(1)),
    Deno.errors.BrokenPipe,
  );
});

Deno.test("a listener that is closed accepts nothing, and its address is free", async () => {
  const { network, listener } = await connected();
  const accepting = assertRejects(
    () => listener.accept(),
    Deno.errors.BadResource,
  );
  listener.close();
  await accepting;
  network.listen(ADDRESS).close();
});
