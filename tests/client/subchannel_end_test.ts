import { assert, assertEquals } from "@std/assert";
import { wait } from "./support/dials.ts";
import { followed } from "./support/followed.ts";

for (const ending of ["retire", "shutdown"] as const) {
  followed(
    `${ending} ends an attempt, and closes what it may still make`,
    async ({ subchannel, dials, states }, time) => {
      subchannel.connect();
      subchannel[ending]();
      assertEquals(subchannel.state.kind, "SHUTDOWN");
      assert(dials.last().signal.aborted);
      const connection = await dials.last().succeed(time);
      await wait(time);
      assertEquals(connection.kind, "closed");
      subchannel.connect();
      await wait(time, 1_000_000);
      assertEquals([dials.times, states], [[0], ["CONNECTING"]]);
    },
  );

  followed(
    `${ending} ends the pause, for ever`,
    async ({ subchannel, dials, states }, time) => {
      subchannel.connect();
      await dials.last().fail(time);
      subchannel[ending]();
      await wait(time, 1_000_000);
      subchannel.resetBackoff();
      subchannel.connect();
      assertEquals(subchannel.nextAttemptAt, Infinity);
      assertEquals([dials.times, states.length], [[0], 2]);
    },
  );
}

followed(
  "retire lets running calls finish, shutdown does not",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    const connection = await dials.last().succeed(time);
    const call = connection.call();
    await wait(time);
    subchannel.retire();
    await wait(time, 1_000_000);
    assertEquals(connection.kind, "draining");
    connection.answer(call);
    await wait(time);
    assertEquals(connection.transport.counters().streamsSucceeded, 1);
    assertEquals([connection.kind, states.at(-1)], ["closed", "READY"]);
  },
);

followed(
  "shutdown cuts running calls off",
  async ({ subchannel, dials }, time) => {
    subchannel.connect();
    const connection = await dials.last().succeed(time);
    connection.call();
    subchannel.shutdown();
    await wait(time);
    assertEquals(connection.kind, "closed");
  },
);
