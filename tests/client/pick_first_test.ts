import { CLOCK } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import {
  interleave,
  PickFirst,
} from "../../src/client/balancing/pick_first.ts";
import { testsOf } from "./support/balanced.ts";
import { wait } from "./support/dials.ts";

const pickFirst = testsOf(PickFirst);

const A = "10.0.0.1:1";
const B = "10.0.0.2:1";
const C = "10.0.0.3:1";
const V6 = ["[fd00::1]:1", "[fd00::2]:1", "[fd00::3]:1"];

const ORDERS: [string[], string[]][] = [
  [[], []],
  [[A], [A]],
  [[A, B], [A, B]],
  [[A, B, V6[0]], [A, V6[0], B]],
  [[V6[0], V6[1], A], [V6[0], A, V6[1]]],
  [[A, ...V6], [A, V6[0], V6[1], V6[2]]],
  [[A, B, V6[0], V6[1], C], [A, V6[0], B, V6[1], C]],
  [["unix:/s", V6[0]], ["unix:/s", V6[0]]],
];

for (const [given, expected] of ORDERS) {
  Deno.test(`RFC 8305 section 4: the families take turns in [${given}]`, () => {
    assertEquals(interleave(given), expected);
  });
}

pickFirst(
  "nothing is tried until somebody asks",
  [A, B],
  async ({ balancer, dials, states }, time) => {
    await wait(time, 1_000_000);
    assertEquals([dials.log, states, balancer.connections], [[], [], []]);
    assertEquals([balancer.pick(), balancer.nextAttemptAt], [
      undefined,
      Infinity,
    ]);
  },
);

pickFirst("gRFC A61: an attempt gets company after 250 ms, families in turn", [
  V6[0],
  V6[1],
  A,
], async ({ balancer, dials, states }, time) => {
  balancer.connect();
  await wait(time, 249);
  assertEquals(dials.log, [`${V6[0]} 0`]);
  await wait(time, 1);
  await wait(time, 10_000);
  assertEquals(dials.log, [`${V6[0]} 0`, `${A} 250`, `${V6[1]} 500`]);
  assertEquals(states, ["CONNECTING"]);
});

pickFirst(
  "gRFC A61: an attempt that fails early is followed by the next at once, and that has its 250 ms",
  [A, B, C],
  async (subject, time) => {
    const { balancer, dials } = subject;
    balancer.connect();
    await wait(time, 100);
    await subject.fail(A);
    await wait(time, 249);
    assertEquals(dials.log, [`${A} 0`, `${B} 100`]);
    await wait(time, 1);
    assertEquals(dials.log.at(-1), `${C} 350`);
  },
);

pickFirst(
  "the first that is READY wins, the others are given up",
  [A, B, C],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    await wait(time, 300);
    const { transport } = await subject.succeed(B);
    assertEquals(states, ["CONNECTING", "READY"]);
    assertEquals(balancer.pick()?.transport, transport);
    assertEquals([balancer.connections.length, subject.rooms], [1, 1]);
    assertEquals(dials.last(A).signal.aborted, true);
    const late = await subject.succeed(A);
    await wait(time, 10_000);
    assertEquals(late.kind, "closed");
    assertEquals(dials.log, [`${A} 0`, `${B} 250`]);
  },
);

pickFirst(
  "Row 105 CB-all-addrs: both are tried before TRANSIENT_FAILURE, with one backoff draw each",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states, errors } = subject;
    balancer.connect();
    await subject.fail(A);
    assertEquals([states, errors, dials.draws], [["CONNECTING"], [], 2]);
    await wait(time, 200);
    await subject.fail(B);
    assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    assertEquals([errors, dials.draws, subject.losses], [
      [`${B} refused`],
      2,
      2,
    ]);
    assertEquals(balancer.nextAttemptAt, 1_000);
  },
);

pickFirst(
  "gRFC A62: the failure is sticky: each address goes on trying, until one is READY",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states, errors } = subject;
    balancer.connect();
    await subject.fail(A);
    await subject.fail(B);
    await wait(time, 1_000);
    assertEquals(dials.log.slice(2), [`${A} 1000`, `${B} 1000`]);
    await subject.fail(A, "again");
    assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    assertEquals(errors.at(-1), "again");
    await subject.succeed(B);
    assertEquals(states.at(-1), "READY");
  },
);

pickFirst("gRFC A62: the same addresses again leave the failure as it is", [
  A,
  V6[0],
], async (subject, time) => {
  const { balancer, dials, states } = subject;
  balancer.connect();
  await subject.fail(A);
  await subject.fail(V6[0]);
  await wait(time, 1_000);
  balancer.update([A, V6[0]]);
  await wait(time, 500);
  assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
  assertEquals(dials.log.slice(2), [`${A} 1000`, `${V6[0]} 1000`]);
});

pickFirst(
  "other addresses are tried at once, whatever failed before",
  [A],
  async (subject) => {
    const { balancer, dials, states } = subject;
    balancer.connect();
    await subject.fail(A);
    balancer.update([B]);
    assertEquals(dials.log, [`${A} 0`, `${B} 0`]);
    await subject.succeed(B);
    assertEquals(states.at(-1), "READY");
  },
);

pickFirst("the same addresses again leave the order of attempts as it is", [
  A,
  B,
  C,
], async ({ balancer, dials }, time) => {
  balancer.connect();
  await wait(time, 200);
  balancer.update([A, B, C]);
  await wait(time, 50);
  assertEquals(dials.log, [`${A} 0`, `${B} 250`]);
});

pickFirst(
  "addresses that change meanwhile are tried from the first on, those that went are given up",
  [A, B],
  async (subject, time) => {
    const { balancer, dials } = subject;
    balancer.connect();
    await wait(time, 100);
    balancer.update([C, V6[0]]);
    assertEquals(dials.last(A).signal.aborted, true);
    await wait(time, 250);
    await wait(time, 1_000);
    assertEquals(dials.log, [`${A} 0`, `${C} 100`, `${V6[0]} 350`]);
  },
);

pickFirst(
  "a reset goes on with what has failed, at once",
  [A, B],
  async (subject) => {
    const { balancer, dials } = subject;
    balancer.connect();
    await subject.fail(A);
    await subject.fail(B);
    balancer.resetBackoff();
    assertEquals(dials.log.slice(2), [`${A} 0`, `${B} 0`]);
  },
);

pickFirst("a reset does not hurry the addresses whose turn is to come", [
  A,
  B,
  C,
], async ({ balancer, dials }, time) => {
  balancer.connect();
  balancer.resetBackoff();
  await wait(time, 250);
  assertEquals(dials.log, [`${A} 0`, `${B} 250`]);
});

pickFirst("a shutdown ends attempts and connections, and tells nothing more", [
  A,
  B,
], async (subject, time) => {
  const { balancer, dials, states } = subject;
  balancer.connect();
  await wait(time, 250);
  balancer.shutdown();
  assertEquals(dials.attempts.map(({ signal }) => signal.aborted), [
    true,
    true,
  ]);
  await wait(time, 1_000_000);
  assertEquals([dials.log.length, states], [2, ["CONNECTING"]]);
});

pickFirst("a shutdown closes the connection", [A], async (subject, time) => {
  const { balancer, states } = subject;
  balancer.connect();
  const connection = await subject.succeed(A);
  connection.call();
  balancer.shutdown();
  await wait(time);
  assertEquals([connection.kind, balancer.pick()], ["closed", undefined]);
  assertEquals([balancer.connections, states.at(-1)], [[], "READY"]);
});

pickFirst(
  "of other addresses, one that has just failed is passed over, and counts as failed",
  [A, V6[0]],
  async (subject, time) => {
    const { balancer, dials, states, errors } = subject;
    balancer.connect();
    await subject.fail(A);
    balancer.update([A, B]);
    await wait(time);
    assertEquals(dials.log, [`${A} 0`, `${V6[0]} 0`, `${B} 0`]);
    await subject.fail(B);
    assertEquals(states.at(-1), "TRANSIENT_FAILURE");
    assertEquals([errors, dials.draws], [[`${B} refused`], 3]);
  },
);

/** So many connections to an address are made, and lost before a call. */
async function useless(
  { dials, balancer }: Parameters<Parameters<typeof pickFirst>[2]>[0],
  time: Parameters<Parameters<typeof pickFirst>[2]>[1],
  address: string,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    balancer.connect();
    (await dials.last(address).succeed(time)).socket.end();
    await wait(time);
  }
}

pickFirst(
  "an address that retired two connections in a row before a call is tried last",
  [A, B],
  async (subject, time) => {
    await useless(subject, time, A, 2);
    const before = subject.dials.log.length;
    subject.balancer.connect();
    await wait(time, 250);
    assertEquals(subject.dials.log.slice(before), [`${B} 0`, `${A} 250`]);
  },
);

pickFirst(
  "a pause of one address does not hold up another, whichever is first",
  [A, B],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    await useless(subject, time, A, 2);
    for (let i = 0; i < 30; i++) {
      for (const address of [A, B]) {
        dials.throttle(address).ended(
          {
            hasAnswered: false,
            transport: {
              activeStreams: 0,
              counters: () => ({ streamsSucceeded: 0 }),
            },
          },
          0,
          0,
          "it retires",
        );
      }
    }
    dials.throttle(B).reset();
    const before = dials.log.length;
    balancer.connect();
    assertEquals(dials.log.slice(before), [`${B} 0`]);
    await wait(time, 4_999);
    await subject.succeed(B);
    assertEquals(dials.log.slice(before), [`${B} 0`]);
    assertEquals(states.at(-1), "READY");
    await wait(time, 10_000);
    assertEquals(dials.log.slice(before), [`${B} 0`]);
  },
);

pickFirst(
  "addresses that all retire every connection are slowed down together, and never fail",
  [A, B, C],
  async (subject, time) => {
    const { balancer, dials, states } = subject;
    let seen = 0;
    while (CLOCK.now() < 60_000) {
      balancer.connect();
      if (dials.attempts.length === seen) {
        await wait(time, Math.max(1, balancer.nextAttemptAt - CLOCK.now()));
        continue;
      }
      seen = dials.attempts.length;
      (await dials.last().succeed(time)).socket.end();
      await wait(time);
    }
    const count = dials.log.length;
    assert(count > 30 && count < 150, `${count} attempts in 60 s`);
    assertEquals(states.includes("TRANSIENT_FAILURE"), false);
  },
);
