import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { World } from "./support/world.ts";

const MINUTE = 60_000;

Deno.test("who gives a clock owns all time: nothing waits for that of the platform, which stands still", async () => {
  using platform = new FakeTime(0);
  const world = new World(1, {
    server: { keepalive: { maxConnectionAge: MINUTE, time: 5_000 } },
    channel: { serviceConfig: { methodConfig: [] } },
  });
  for (let i = 0; i < 20; i++) {
    world.call(100, { deadline: 1_000 });
    world.call(100, { deadline: new Date(world.clock.wall() + 1_000) });
    await world.clock.advance(10_000);
  }
  world.network.dark();
  world.call(100, { deadline: 2_000 });
  await world.clock.advance(5 * MINUTE);
  world.network.light();
  await world.server.shutdown({ grace: 0 });
  await world.end();
  const failed = world.calls.filter((call) => !call.endsWith("OK"));
  assertEquals([world.calls.length, failed.length], [41, 1]);
  assertEquals(platform.next(), false, "a timer of the platform was set");
  assertEquals(Date.now(), 0);
});
