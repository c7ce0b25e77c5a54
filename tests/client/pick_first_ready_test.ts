import { assertEquals } from "@std/assert";
import { PickFirst } from "../../src/client/balancing/pick_first.ts";
import { testsOf } from "./support/balanced.ts";
import { ONE_STREAM, wait } from "./support/dials.ts";

const pickFirst = testsOf(PickFirst);

const A = "10.0.0.1:1";
const B = "10.0.0.2:1";

for (const how of ["is closed", "is retired"]) {
  pickFirst(
    `Rows 74 and 104: the connection ${how}: IDLE, no attempt until somebody asks`,
    [A, B],
    async (subject, time) => {
      const { balancer, dials, states } = subject;
      balancer.connect();
      const connection = await subject.succeed(A);
      await wait(time, 10_000);
      if (how === "is closed") connection.socket.end();
      else void connection.transport.drain();
      await wait(time, 1_000_000);
      assertEquals(states, ["CONNECTING", "READY", "IDLE"]);
      assertEquals([balancer.pick(), balancer.connections], [undefined, []]);
      assertEquals(dials.log.length, 1);
      balancer.connect();
      assertEquals(states.at(-1), "CONNECTING");
      assertEquals(dials.log.at(-1), `${A} 1010000`);
    },
  );
}

pickFirst(
  "an address that goes while READY: running calls finish, new ones need another connection",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    const connection = await subject.succeed(A);
    const call = connection.call();
    await wait(time);
    balancer.update([B]);
    assertEquals([states.at(-1), balancer.pick()], ["IDLE", undefined]);
    await wait(time, 10_000);
    assertEquals([connection.kind, dials.log.length], ["draining", 1]);
    connection.answer(call);
    await wait(time);
    assertEquals(connection.transport.counters().streamsSucceeded, 1);
    balancer.connect();
    assertEquals(dials.log.at(-1), `${B} 10000`);
  },
);

pickFirst(
  "an address that stays while READY keeps its connection",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    const { transport } = await subject.succeed(A);
    balancer.update([B, A]);
    await wait(time, 10_000);
    assertEquals([states.at(-1), dials.log.length], ["READY", 1]);
    assertEquals(balancer.pick()?.transport, transport);
  },
);

pickFirst(
  "a connection without room is not picked, and its room is told",
  [A],
  async (subject, time) => {
    const { balancer } = subject;
    balancer.connect();
    const connection = await subject.succeed(A, ONE_STREAM);
    const call = connection.call();
    assertEquals(balancer.pick(), undefined);
    await wait(time);
    const before = subject.rooms;
    connection.answer(call);
    await wait(time);
    assertEquals(subject.rooms, before + 1);
    assertEquals(balancer.pick()?.transport, connection.transport);
  },
);

pickFirst(
  "while the connection is suspect, all addresses are tried beside it; its answer gives them up",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    const connection = await subject.succeed(A);
    connection.call();
    await wait(time, 10_000);
    balancer.connections[0].onEvent({
      type: "suspended",
      slept: 60_000,
      at: 0,
    });
    assertEquals([states.at(-1), balancer.pick()], ["CONNECTING", undefined]);
    await wait(time, 250);
    assertEquals(dials.log.slice(1), [`${A} 10000`, `${B} 10250`]);
    connection.socket.acknowledgePings();
    await wait(time);
    assertEquals(states.at(-1), "READY");
    assertEquals(balancer.pick()?.transport, connection.transport);
    assertEquals(dials.attempts.slice(1).map(({ signal }) => signal.aborted), [
      true,
      true,
    ]);
  },
);
