import { CLOCK, type VirtualClock } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import type { TrustedConnection } from "../../src/client/connections/trusted_connection.ts";
import { type Connection, wait } from "./support/dials.ts";
import { type Followed, followed } from "./support/followed.ts";

/** A subchannel whose connection has become suspect after 10 s. */
async function suspected(
  { subchannel, dials }: Followed,
  time: VirtualClock,
  calls = 1,
): Promise<{ old: Connection; connection: TrustedConnection }> {
  subchannel.connect();
  const old = await dials.last().succeed(time);
  for (let i = 0; i < calls; i++) old.call();
  await wait(time, 10_000);
  const { connection } = subchannel;
  assert(connection !== undefined);
  connection.onEvent({ type: "suspended", slept: 60_000, at: CLOCK.now() });
  await wait(time);
  return { old, connection };
}

followed(
  "a suspect connection with calls takes no more, and a spare one is made at once",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    const { old } = await suspected(subject, time);
    assertEquals(states, ["CONNECTING", "READY", "CONNECTING"]);
    assertEquals([dials.times, subchannel.connection], [
      [0, 10_000],
      undefined,
    ]);
    assertEquals(old.kind, "open");
  },
);

followed(
  "the answer comes before the spare: the old connection is kept, the attempt given up",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    const { old, connection } = await suspected(subject, time);
    old.socket.acknowledgePings();
    await wait(time);
    assertEquals([states.at(-1), subchannel.connection], ["READY", connection]);
    assert(dials.last().signal.aborted);
    const late = await dials.last().succeed(time);
    await wait(time);
    assertEquals([late.kind, old.kind], ["closed", "open"]);
    assertEquals(subchannel.connection, connection);
  },
);

followed(
  "a suspect connection without calls takes none, and a spare one is made when somebody asks",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    await suspected(subject, time, 0);
    assertEquals([states.at(-1), subchannel.connection], ["IDLE", undefined]);
    await wait(time, 1_000);
    assertEquals(dials.times, [0]);
    subchannel.connect();
    assertEquals([states.at(-1), dials.times], ["CONNECTING", [0, 11_000]]);
  },
);

followed(
  "a suspect connection without calls that answers is used again",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    const { old, connection } = await suspected(subject, time, 0);
    old.socket.acknowledgePings();
    await wait(time);
    assertEquals([states.at(-1), subchannel.connection], ["READY", connection]);
    assertEquals(dials.times, [0]);
  },
);

followed(
  "the spare comes first: an old connection without calls is closed",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    const { old } = await suspected(subject, time, 0);
    subchannel.connect();
    const spare = await dials.last().succeed(time);
    await wait(time);
    assertEquals([states.at(-1), old.kind], ["READY", "closed"]);
    assertEquals(subchannel.connection?.transport, spare.transport);
  },
);

followed(
  "the spare comes first: running calls of the old connection go on",
  async (subject, time) => {
    const { dials } = subject;
    const { old } = await suspected(subject, time);
    await dials.last().succeed(time);
    await wait(time, 1_000);
    assertEquals(old.kind, "open");
  },
);

followed(
  "an old connection is closed when the spare is there and its last call has ended",
  async (subject, time) => {
    const { dials } = subject;
    const { old } = await suspected(subject, time, 2);
    const spare = await dials.last().succeed(time);
    old.session.streams.reset(1, 8, CLOCK.now());
    await wait(time);
    old.transport.probe();
    await wait(time);
    assertEquals([old.kind, spare.kind], ["open", "open"]);
    old.session.streams.reset(3, 8, CLOCK.now());
    old.transport.probe();
    await wait(time);
    assertEquals([old.kind, spare.kind], ["closed", "open"]);
  },
);

followed(
  "the spare is used when the old connection answers: that one finishes its calls and goes",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    const { old } = await suspected(subject, time);
    const spare = await dials.last().succeed(time);
    spare.call();
    old.socket.acknowledgePings();
    await wait(time);
    assertEquals([old.kind, spare.kind], ["draining", "open"]);
    assertEquals(subchannel.connection?.transport, spare.transport);
  },
);

followed(
  "the spare is unused when the old connection answers: that one is kept, the spare closed",
  async (subject, time) => {
    const { subchannel, dials } = subject;
    const { old, connection } = await suspected(subject, time);
    const spare = await dials.last().succeed(time);
    old.socket.acknowledgePings();
    await wait(time);
    assertEquals([old.kind, spare.kind], ["open", "closed"]);
    assertEquals(subchannel.connection, connection);
  },
);

followed(
  "no spare can be made: the failure is told, and the answer of the old connection ends it",
  async (subject, time) => {
    const { subchannel, dials, states } = subject;
    const { old, connection } = await suspected(subject, time);
    await dials.last().fail(time);
    assertEquals(states.at(-1), "TRANSIENT_FAILURE");
    old.socket.acknowledgePings();
    await wait(time);
    assertEquals([states.at(-1), subchannel.connection], ["READY", connection]);
    await wait(time, 100_000);
    assertEquals(dials.times.length, 2);
    assertEquals(states.at(-1), "READY");
  },
);

followed(
  "a suspect connection that ends leaves the attempt alone",
  async (subject, time) => {
    const { dials, states } = subject;
    const { old } = await suspected(subject, time);
    old.socket.end();
    await wait(time);
    assertEquals(states.at(-1), "CONNECTING");
    await dials.last().succeed(time);
    assertEquals(states.at(-1), "READY");
  },
);

for (
  const [ending, kind] of [["retire", "draining"], [
    "shutdown",
    "closed",
  ]] as const
) {
  followed(
    `${ending} leaves a suspect connection with a call ${kind}, and the spare, too`,
    async (subject, time) => {
      const { subchannel, dials } = subject;
      const { old } = await suspected(subject, time);
      const spare = await dials.last().succeed(time);
      spare.call();
      await wait(time);
      subchannel[ending]();
      await wait(time);
      assertEquals([old.kind, spare.kind], [kind, kind]);
    },
  );
}
