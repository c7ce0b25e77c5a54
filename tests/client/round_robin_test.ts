import { CLOCK } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import { RoundRobin } from "../../src/client/balancing/round_robin.ts";
import { type Balanced, testsOf } from "./support/balanced.ts";
import { type Connection, ONE_STREAM, wait } from "./support/dials.ts";

const roundRobin = testsOf(RoundRobin);

const A = "10.0.0.1:1";
const B = "10.0.0.2:1";
const C = "10.0.0.3:1";

/** Connections to all addresses. */
async function connected(
  subject: Balanced,
  addresses: readonly string[],
  ...settings: [number, number][]
): Promise<Connection[]> {
  subject.balancer.connect();
  const connections: Connection[] = [];
  for (const address of addresses) {
    connections.push(await subject.succeed(address, ...settings));
  }
  return connections;
}

/** To which of the connections so many picks lead; -1 for none. */
function picks(
  { balancer }: Balanced,
  connections: readonly Connection[],
  count: number,
): number[] {
  return Array.from({ length: count }, () => {
    const transport = balancer.pick()?.transport;
    return connections.findIndex((each) => each.transport === transport);
  });
}

roundRobin("all addresses are connected to, at once, when somebody asks", [
  A,
  B,
  C,
], async ({ balancer, dials, states }, time) => {
  await wait(time, 1_000);
  assertEquals(dials.log, []);
  balancer.connect();
  balancer.connect();
  assertEquals(dials.log, [`${A} 1000`, `${B} 1000`, `${C} 1000`]);
  assertEquals([states, balancer.pick()], [["CONNECTING"], undefined]);
});

roundRobin(
  "the connections take turns, as soon as there are any",
  [A, B, C],
  async (subject) => {
    const { balancer, states } = subject;
    balancer.connect();
    const connections = [await subject.succeed(B)];
    assertEquals([states.at(-1), subject.rooms], ["READY", 1]);
    assertEquals(picks(subject, connections, 2), [0, 0]);
    connections.unshift(await subject.succeed(A));
    connections.push(await subject.succeed(C));
    const turns = picks(subject, connections, 9);
    for (const turn of [0, 3, 6]) {
      assertEquals(turns.slice(turn, turn + 3).sort(), [0, 1, 2]);
    }
  },
);

roundRobin(
  "a connection that is full is passed over, until there is room again",
  [A, B],
  async (subject, time) => {
    const connections = await connected(subject, [A, B], ONE_STREAM);
    const call = connections[0].call();
    assertEquals(picks(subject, connections, 3), [1, 1, 1]);
    connections[1].call();
    assertEquals(picks(subject, connections, 1), [-1]);
    await wait(time);
    connections[0].answer(call);
    await wait(time);
    assertEquals(picks(subject, connections, 2), [0, 0]);
  },
);

roundRobin(
  "a suspect connection is passed over until it answers, and a spare is made",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    const connections = await connected(subject, [A, B]);
    connections[0].call();
    await wait(time, 10_000);
    balancer.connections[0].onEvent({
      type: "suspended",
      slept: 60_000,
      at: 0,
    });
    assertEquals(picks(subject, connections, 3), [1, 1, 1]);
    assertEquals([dials.log.at(-1), states.at(-1)], [`${A} 10000`, "READY"]);
    await wait(time);
    connections[0].socket.acknowledgePings();
    await wait(time);
    assertEquals(picks(subject, connections, 4).sort(), [0, 0, 1, 1]);
    assertEquals(dials.last(A).signal.aborted, true);
  },
);

roundRobin(
  "what is lost is connected anew at once, unasked",
  [A, B],
  async (subject, time) => {
    const { dials, states } = subject;
    const connections = await connected(subject, [A, B]);
    await wait(time, 10_000);
    connections[0].socket.end();
    await wait(time);
    assertEquals([dials.log.at(-1), states.at(-1)], [`${A} 10000`, "READY"]);
    assertEquals(picks(subject, connections, 2), [1, 1]);
    connections[0] = await subject.succeed(A);
    assertEquals(picks(subject, connections, 4).sort(), [0, 0, 1, 1]);
  },
);

roundRobin(
  "the last connection is lost: CONNECTING",
  [A, B],
  async (subject, time) => {
    const { states } = subject;
    const [first, second] = await connected(subject, [A, B]);
    await wait(time, 10_000);
    first.socket.end();
    second.socket.end();
    await wait(time);
    assertEquals(states, ["CONNECTING", "READY", "CONNECTING"]);
    assertEquals(subject.losses, 2);
  },
);

roundRobin(
  "TRANSIENT_FAILURE only when all have failed",
  [A, B],
  async (subject) => {
    const { balancer, states, errors } = subject;
    balancer.connect();
    await subject.fail(A);
    assertEquals([states, errors], [["CONNECTING"], []]);
    await subject.fail(B);
    assertEquals([states.at(-1), errors], ["TRANSIENT_FAILURE", [
      `${B} refused`,
    ]]);
    assertEquals(balancer.nextAttemptAt, 1_000);
  },
);

roundRobin(
  "gRFC A62: the failure is sticky: each goes on trying, until one is READY",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    await subject.fail(A);
    await subject.fail(B);
    await wait(time, 1_000);
    assertEquals(dials.log.slice(2), [`${A} 1000`, `${B} 1000`]);
    await subject.fail(A);
    assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    await subject.succeed(B);
    assertEquals(states.at(-1), "READY");
  },
);

roundRobin(
  "one that fails does not matter while another is READY",
  [A, B],
  async (subject, time) => {
    const { balancer, states } = subject;
    balancer.connect();
    const connections = [await subject.succeed(A)];
    await subject.fail(B);
    await wait(time, 10_000);
    assertEquals(states, ["CONNECTING", "READY"]);
    assertEquals(picks(subject, connections, 2), [0, 0]);
  },
);

roundRobin(
  "an address that goes: running calls finish, new ones go elsewhere",
  [A, B],
  async (subject, time) => {
    const connections = await connected(subject, [A, B]);
    const call = connections[0].call();
    await wait(time);
    subject.balancer.update([B]);
    assertEquals(picks(subject, connections, 3), [1, 1, 1]);
    await wait(time, 10_000);
    assertEquals(connections[0].kind, "draining");
    connections[0].answer(call);
    await wait(time, 10_000);
    assertEquals(connections[0].transport.counters().streamsSucceeded, 1);
    assertEquals(subject.dials.log.length, 2);
  },
);

roundRobin(
  "an address that comes is connected to, those that stay keep their connection",
  [A],
  async (subject) => {
    const connections = await connected(subject, [A]);
    subject.balancer.update([B, A]);
    assertEquals(subject.dials.log, [`${A} 0`, `${B} 0`]);
    connections.push(await subject.succeed(B));
    assertEquals(picks(subject, connections, 4).sort(), [0, 0, 1, 1]);
  },
);

roundRobin(
  "all addresses are exchanged: CONNECTING, until a new one is READY",
  [A],
  async (subject) => {
    const { balancer, states } = subject;
    await connected(subject, [A]);
    balancer.update([B]);
    assertEquals([states.at(-1), balancer.pick()], ["CONNECTING", undefined]);
    await subject.succeed(B);
    assertEquals(states.at(-1), "READY");
  },
);

roundRobin(
  "a reset goes on with what has failed, at once",
  [A, B],
  async (subject) => {
    const { balancer, dials } = subject;
    balancer.connect();
    await subject.fail(A);
    balancer.resetBackoff();
    assertEquals(dials.log.slice(2), [`${A} 0`]);
  },
);

roundRobin("a shutdown ends attempts and connections, and tells nothing more", [
  A,
  B,
], async (subject, time) => {
  const { balancer, dials, states } = subject;
  balancer.connect();
  const connection = await subject.succeed(A);
  connection.call();
  balancer.shutdown();
  await wait(time, 1_000_000);
  assertEquals([connection.kind, dials.last(B).signal.aborted], [
    "closed",
    true,
  ]);
  assertEquals([dials.log.length, states.at(-1)], [2, "READY"]);
  assertEquals([balancer.pick(), balancer.connections], [undefined, []]);
});

roundRobin(
  "what was READY meanwhile does not count as failed any more",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    await subject.fail(A);
    await subject.fail(B);
    await wait(time, 1_000);
    const both = [await subject.succeed(A), await subject.succeed(B)];
    await wait(time, 10_000);
    for (const { socket } of both) socket.end();
    await wait(time);
    assertEquals(states.slice(2), ["READY", "CONNECTING"]);
    assertEquals(dials.log.slice(4), [`${A} 11000`, `${B} 11000`]);
  },
);

roundRobin(
  "an address that retires all its connections is called less and less, the others serve without a pause",
  [A, B],
  async (subject, time) => {
    let [fickle, steady] = await connected(subject, [A, B]);
    const { dials, balancer, states } = subject;
    while (CLOCK.now() < 300_000) {
      fickle.socket.end();
      await wait(time);
      assertEquals(picks(subject, [steady], 3), [0, 0, 0]);
      const pause = balancer.nextAttemptAt - CLOCK.now();
      if (pause !== Infinity) await wait(time, pause);
      fickle = await subject.succeed(A);
    }
    const attempts = dials.log.filter((line) => line.startsWith(A)).length;
    assert(attempts > 12 && attempts < 30, `${attempts} attempts`);
    assertEquals(states, ["CONNECTING", "READY"]);
  },
);

roundRobin(
  "a call that waits while all addresses pause has the next attempt within five seconds",
  [A],
  async ({ balancer, dials }, time) => {
    dials.throttle(A);
    balancer.connect();
    for (let i = 0; i < 40; i++) {
      (await dials.last(A).succeed(time)).socket.end();
      await wait(time);
      const pause = balancer.nextAttemptAt - CLOCK.now();
      if (i < 39 && pause !== Infinity) await wait(time, pause);
    }
    const last = dials.times.at(-1)!;
    assert(balancer.nextAttemptAt - last > 100_000);
    balancer.connect();
    assertEquals(balancer.nextAttemptAt - last, 5_000);
  },
);

roundRobin(
  "what is lost waits for its time, and not while a call waits for room",
  [A, B],
  async (subject, time) => {
    subject.dials.throttle(A, 1_000);
    const [first, second] = await connected(subject, [A, B]);
    first.socket.end();
    await wait(time);
    const { balancer, dials } = subject;
    assertEquals(balancer.nextAttemptAt - CLOCK.now(), 500);
    assertEquals(picks(subject, [second], 2), [0, 0]);
    balancer.update([A, B]);
    assertEquals(balancer.nextAttemptAt - CLOCK.now(), 500);
    await wait(time, 500);
    const again = await subject.succeed(A);
    const attempts = dials.log.length;
    subject.isCallWaiting = true;
    again.socket.end();
    await wait(time);
    assertEquals(dials.log.length, attempts + 1);
  },
);
