import { CLOCK, type VirtualClock } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import { encodeGoaway } from "../../src/frames/mod.ts";
import { wait } from "./support/dials.ts";
import { followed } from "./support/followed.ts";

followed(
  "a subchannel is IDLE until it is asked, and makes one attempt then",
  async ({ subchannel, dials, states }, time) => {
    await wait(time, 1_000_000);
    assertEquals([dials.times, subchannel.nextAttemptAt], [[], Infinity]);
    subchannel.connect();
    subchannel.connect();
    assertEquals([dials.log, states], [["a.test:1 1000000"], ["CONNECTING"]]);
  },
);

followed(
  "an attempt that succeeds makes it READY, with the connection",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    assertEquals(subchannel.connection, undefined);
    const { transport } = await dials.last().succeed(time);
    assertEquals(states, ["CONNECTING", "READY"]);
    assertEquals(subchannel.connection?.transport, transport);
  },
);

followed(
  "the backoff counts from the beginning of the attempt; then the state is IDLE",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    subchannel.connect();
    await wait(time, 400);
    await dials.last().fail(time, "refused");
    assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    assertEquals([subchannel.nextAttemptAt, subject.losses], [1_000, 1]);
    assert(subchannel.state.kind === "TRANSIENT_FAILURE");
    assertEquals(subchannel.state.error.message, "refused");
    subchannel.connect();
    await wait(time, 599);
    assertEquals(states.length, 2);
    await wait(time, 1);
    assertEquals(states.slice(2), ["IDLE"]);
    await wait(time, 1_000_000);
    assertEquals(dials.times, [0]);
  },
);

followed(
  "an attempt that takes longer than its backoff is followed by no pause",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    await wait(time, 5_000);
    await dials.last().fail(time);
    assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE", "IDLE"]);
  },
);

/** Connects and fails so often; answers with the times between attempts. */
async function gaps(
  { subchannel, dials }: Parameters<Parameters<typeof followed>[1]>[0],
  time: VirtualClock,
  count: number,
): Promise<number[]> {
  const first = dials.times.length;
  for (let i = 0; i < count; i++) {
    subchannel.connect();
    await dials.last().fail(time);
    await wait(time, subchannel.nextAttemptAt - CLOCK.now());
  }
  subchannel.connect();
  return dials.times.slice(first).map((at, i, times) =>
    Math.round(at - (times[i - 1] ?? at))
  ).slice(1);
}

followed("each failure makes the pause longer", async (subject, time) => {
  assertEquals(await gaps(subject, time, 4), [1_000, 1_600, 2_560, 4_096]);
});

for (
  const [initialBackoff, minConnectTimeout, timeout] of [
    [42_000, 20_000, 42_000],
    [1_000, 20_000, 20_000],
    [1_000, 500, 1_000],
  ]
) {
  followed(
    `Row 100 CB-deadline-grows: with a minimum of ${minConnectTimeout} ms and a backoff of ${initialBackoff} ms an attempt has ${timeout} ms`,
    ({ subchannel, dials }) => {
      subchannel.connect();
      assertEquals(dials.last().timeout, timeout);
      return Promise.resolve();
    },
    { initialBackoff, minConnectTimeout },
  );
}

followed(
  "Row 101 CB-reset-api: a backoff that never ends does with a reset",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    await dials.last().fail(time);
    assertEquals(subchannel.nextAttemptAt, Infinity);
    await wait(time, 365 * 24 * 3_600_000);
    assertEquals(states.at(-1), "TRANSIENT_FAILURE");
    subchannel.resetBackoff();
    assertEquals(states.at(-1), "IDLE");
    subchannel.connect();
    assertEquals(dials.times.length, 2);
  },
  { initialBackoff: Infinity },
);

followed(
  "Row 101 CB-reset-api: a reset forgets the failures",
  async (subject, time) => {
    await gaps(subject, time, 3);
    subject.subchannel.resetBackoff();
    await subject.dials.last().fail(time);
    await wait(time, subject.subchannel.nextAttemptAt - CLOCK.now());
    assertEquals((await gaps(subject, time, 2))[0], 1_600);
  },
);

followed(
  "Row 102 CB-reset-on-success: after failures, a connection that lasted, and its loss, the next wait is 1 s",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    await gaps(subject, time, 4);
    const { socket } = await dials.last().succeed(time);
    await wait(time, 10_000);
    socket.end();
    await wait(time);
    assertEquals(states.at(-1), "IDLE");
    assertEquals(await gaps(subject, time, 2), [1_000, 1_600]);
    assert(subchannel.state.kind === "CONNECTING");
  },
);

followed(
  "a connection that served a call and is lost is made anew at once, when asked",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    const connection = await dials.last().succeed(time);
    connection.answer(connection.call());
    await wait(time, 10);
    connection.socket.end();
    await wait(time);
    assertEquals(states.at(-1), "IDLE");
    await wait(time, 5);
    assertEquals(dials.times, [0]);
    subchannel.connect();
    assertEquals(dials.times, [0, 15]);
  },
);

/** So many connections are made, and lost before they served a call. */
async function useless(
  { subchannel, dials }: Parameters<Parameters<typeof followed>[1]>[0],
  time: VirtualClock,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    subchannel.connect();
    const pause = subchannel.nextAttemptAt - CLOCK.now();
    if (pause !== Infinity) await wait(time, pause);
    (await dials.last().succeed(time)).socket.end();
    await wait(time);
  }
}

followed(
  "a connection that ended soon and served nothing is no failure: the next is made at once",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    subchannel.connect();
    const { socket } = await dials.last().succeed(time);
    await wait(time, 10);
    socket.end();
    await wait(time);
    assertEquals([states.at(-1), subject.losses], ["IDLE", 1]);
    subchannel.connect();
    assertEquals(dials.times, [0, 10]);
  },
);

followed(
  "an address that ends all its connections is tried more slowly, and never counts as failed",
  async (subject, time) => {
    const { dials, states } = subject;
    await useless(subject, time, 60);
    assert(!states.includes("TRANSIENT_FAILURE"));
    const at = dials.times;
    assertEquals([at[10], at[11], at[12] - at[11]], [0, 50, 80]);
    assertEquals(at[59] - at[58], 5_000);
  },
);

followed(
  "without a call that waits the pause is longer, and a call makes it shorter",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    await useless(subject, time, 60);
    const last = dials.times.at(-1)!;
    subchannel.connect(false);
    assertEquals(subchannel.nextAttemptAt, last + 120_000);
    await wait(time, 1_000);
    subchannel.connect();
    assertEquals(subchannel.nextAttemptAt, last + 5_000);
    subchannel.connect(false);
    await wait(time, 3_999);
    assertEquals(dials.times.at(-1), last);
    await wait(time, 1);
    assertEquals(dials.times.at(-1), last + 5_000);
  },
);

followed(
  "an attempt that fails after connections that came to nothing has the first backoff",
  async (subject, time) => {
    await gaps(subject, time, 3);
    await useless(subject, time, 3);
    const [gap] = await gaps(subject, time, 2);
    assertEquals(gap, 1_000);
  },
);

followed(
  "an answered call ends the throttle",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    await useless(subject, time, 30);
    subchannel.connect();
    await wait(time, 5_000);
    const connection = await dials.last().succeed(time);
    connection.answer(connection.call());
    await wait(time);
    connection.socket.end();
    await wait(time);
    const before = dials.times.length;
    await useless(subject, time, 10);
    assertEquals(new Set(dials.times.slice(before)), new Set([CLOCK.now()]));
  },
);

followed(
  "a reset ends the pause of a restrained address",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    await useless(subject, time, 30);
    const before = dials.times.length;
    subchannel.connect();
    assertEquals(dials.times.length, before);
    subchannel.resetBackoff();
    assertEquals(dials.times.length, before + 1);
    await wait(time, 10_000);
    assertEquals(dials.times.length, before + 1);
  },
);

followed(
  "a connection that the server retires takes no new calls; those that run may finish",
  async ({ subchannel, dials, states }, time) => {
    subchannel.connect();
    const connection = await dials.last().succeed(time);
    const call = connection.call();
    connection.socket.say((writer) =>
      encodeGoaway(writer, call, 0, new TextEncoder().encode("max_age"))
    );
    await wait(time);
    assertEquals([states.at(-1), connection.kind], ["IDLE", "draining"]);
    connection.answer(call);
    await wait(time);
    assertEquals(connection.transport.counters().streamsSucceeded, 1);
  },
);

followed(
  "the end of a call is told: another may have room",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    subchannel.connect();
    const connection = await dials.last().succeed(time);
    const call = connection.call();
    await wait(time);
    const before = subject.rooms;
    connection.answer(call);
    await wait(time);
    assertEquals(subject.rooms, before + 1);
  },
);

followed(
  "a reset lets the next attempt after a useless connection begin at once",
  async ({ subchannel, dials }, time) => {
    subchannel.connect();
    (await dials.last().succeed(time)).socket.end();
    await wait(time, 10);
    subchannel.resetBackoff();
    assertEquals(dials.times, [0]);
    subchannel.connect();
    assertEquals(dials.times, [0, 10]);
  },
);
