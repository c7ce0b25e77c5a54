import { assert, assertEquals, assertMatch } from "@std/assert";
import { Echo, World, type WorldOptions } from "./support/world.ts";
import { chooseSeed } from "../harness/seed.ts";
import { ConsoleWarnings } from "../client/support/console_warnings.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A client that would ping twice as often as its server allows. */
const EAGER: WorldOptions["channel"] = {
  keepalive: { time: 10 * SECOND, permitWithoutStream: true },
  idleTimeout: Infinity,
};
const STRICT = { minTime: 20 * SECOND, tolerance: 0 };

function typesOf(events: World["clientEvents"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** Hours of one silent stream beside it, calls, and times without either. */
async function live(world: World, hours: number): Promise<void> {
  for (let i = 0; i < hours; i++) {
    const caller = new AbortController();
    const { signal } = caller;
    const watch = world.channel.serverStreaming(
      Echo.watch,
      new Uint8Array(1),
      { signal },
    );
    const first = watch.next();
    await world.clock.advance(SECOND);
    await first;
    const rest = watch.next().catch(() => {});
    await world.clock.advance(20 * MINUTE);
    for (let call = 0; call < 10; call++) {
      world.call();
      await world.clock.advance((3 + 7 * call) * SECOND);
    }
    await world.clock.advance(5 * MINUTE);
    caller.abort();
    await world.clock.advance(30 * MINUTE);
    await rest;
  }
}

for (const permitWithoutStream of [true, false]) {
  Deno.test(`a server with minTime 20 s and a channel with time 10 s, PINGs without calls ${permitWithoutStream ? "permitted" : "forbidden"}: in twelve hours no strike, from the first connection on`, async () => {
    using _ = new ConsoleWarnings();
    const world = new World(chooseSeed(), {
      server: { enforcement: { ...STRICT, permitWithoutStream } },
      channel: EAGER,
    });
    await live(world, 12);
    const server = typesOf(world.serverEvents);
    const { keepalive } = world.channel;
    await world.end();
    assertEquals(server["ping-strike"], undefined);
    assertEquals(typesOf(world.clientEvents)["established"], 1);
    assert(server["ping-received"] > 500, `${server["ping-received"]} PINGs`);
    assert(world.calls.every((call) => call.endsWith(" OK")));
    const told = { minTime: 20_000, permitWithoutStream, idleLimit: Infinity };
    const [{ since, ...address }, ...others] = keepalive.addresses;
    assertEquals([keepalive.time, keepalive.source], [10_000, "option"]);
    assert(Number.isFinite(since));
    assertEquals([address, ...others], [{
      address: "10.0.0.1:50051",
      time: 20_000,
      permitWithoutStream,
      source: "advertised",
      settings: told,
      metadata: told,
    }]);
  });
}

Deno.test("the same pair without advertisement is disconnected: that is what it is for", async () => {
  using _ = new ConsoleWarnings();
  const enforcement = { ...STRICT, advertise: false };
  const world = new World(1, { server: { enforcement }, channel: EAGER });
  await live(world, 1);
  const server = typesOf(world.serverEvents);
  await world.end();
  assert(server["ping-strike"] >= 3, `${server["ping-strike"]} strikes`);
  assert(world.channel.keepalive.tooManyPings > 0);
});

Deno.test("a channel says once on the console that it pings less than it was told to", async () => {
  using warnings = new ConsoleWarnings();
  const world = new World(1, {
    server: { enforcement: STRICT },
    channel: EAGER,
  });
  for (let i = 0; i < 3; i++) {
    world.call();
    await world.clock.advance(SECOND);
    world.channel.enterIdle();
    await world.clock.advance(SECOND);
  }
  await world.end();
  assertEquals(warnings.texts.length, 1);
  assertMatch(
    warnings.texts[0],
    /10\.0\.0\.1:50051: the server asks for 20000 ms .* every 20000 ms, not every 10000 ms; .*permits no PINGs without a call/,
  );
});

Deno.test("the metadata comes with the first response of a connection, and with no other; no caller sees it", async () => {
  const world = new World(1, { server: { enforcement: STRICT } });
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    world.call(1, {
      onHeaders: (metadata) => {
        seen.push(...[...metadata].map(([key]) => key));
      },
    });
    await world.clock.advance(SECOND);
  }
  const told = world.clientEvents.filter(({ type }) =>
    type === "keepalive-policy"
  );
  assertEquals(told.map((event) => "source" in event && event.source), [
    "settings",
    "metadata",
  ]);
  assertEquals(seen, []);
  await world.end();
});

Deno.test("what was told with metadata holds for the next connection to the address from its beginning", async () => {
  using _ = new ConsoleWarnings();
  const world = new World(1, {
    server: { enforcement: STRICT },
    channel: EAGER,
  });
  world.call();
  await world.clock.advance(SECOND);
  world.channel.enterIdle();
  await world.clock.advance(SECOND);
  world.call();
  await world.clock.advance(30 * SECOND);
  const last = world.clientEvents.findLast(({ type }) =>
    type === "keepalive-policy"
  );
  assert(last?.type === "keepalive-policy");
  assertEquals([last.time, last.findings], [20_000, []]);
  await world.end();
});

Deno.test("the recording of a connection tells what was advertised", async () => {
  using _ = new ConsoleWarnings();
  const enforcement = { ...STRICT, pathIdleLimit: 15_000 };
  const world = new World(1, { server: { enforcement }, channel: EAGER });
  world.call();
  await world.clock.advance(SECOND);
  const [recording] = world.channel.recordings().filter(({ type }) =>
    type === "connection"
  );
  const told = recording.events.filter(({ type }) =>
    type === "keepalive-policy"
  );
  const heard = world.clientEvents.filter(({ type }) =>
    type === "keepalive-policy"
  );
  assertEquals(told, heard);
  assertEquals(told.length, 2);
  await world.end();
});
