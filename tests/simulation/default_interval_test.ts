import { assert, assertEquals } from "@std/assert";
import { chooseSeed } from "../harness/seed.ts";
import { Echo, World } from "./support/world.ts";

const HOUR = 3_600_000;

/** A day with one silent stream; answers with the times of PINGs. */
async function day(draw: number): Promise<{ pings: number[]; world: World }> {
  const world = new World(chooseSeed(), {
    jitter: 400,
    server: { enforcement: { tolerance: 0 } },
    channel: { random: () => draw },
  });
  const responses = world.channel.serverStreaming(
    Echo.watch,
    new Uint8Array(1),
  );
  const first = responses.next();
  await world.clock.advance(5_000);
  await first;
  const rest = responses.next().catch(() => {});
  await world.clock.advance(24 * HOUR);
  const pings = world.clientEvents.flatMap((event) =>
    event.type === "ping-sent" ? [event.at] : []
  );
  await world.end();
  await rest;
  return { pings, world };
}

for (const draw of [0, 1 - 2 ** -30]) {
  Deno.test(`a channel and a server with all defaults, a path with 400 ms of jitter, a silent stream, a draw of ${draw}: in a day no strike, and no silence of 340 s`, async () => {
    const { pings, world } = await day(draw);
    assert(pings.length >= 24 * HOUR / 326_500, `${pings.length} PINGs`);
    const gaps = pings.slice(1).map((at, i) => at - pings[i]);
    assert(Math.min(...gaps) >= 300_500, `${Math.min(...gaps)} ms`);
    assert(Math.max(...gaps) <= 327_000, `${Math.max(...gaps)} ms`);
    const types = world.serverEvents.map(({ type }) => type as string);
    assertEquals(types.filter((type) => type === "ping-strike"), []);
    assertEquals(types.filter((type) => type === "established").length, 1);
  });
}
