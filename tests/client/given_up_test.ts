import { CLOCK } from "../harness/virtual_clock.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { DialError, GrpcError, Status } from "../../mod.ts";
import { PickFirst } from "../../src/client/balancing/pick_first.ts";
import { RoundRobin } from "../../src/client/balancing/round_robin.ts";
import { Words } from "../grpc/support/words.ts";
import { PATIENCE } from "../harness/time.ts";
import { testsOf } from "./support/balanced.ts";
import { wait } from "./support/dials.ts";
import { Scene } from "./support/scene.ts";

const A = "10.0.0.1:1";
const B = "10.0.0.2:1";

/** Longer than any backoff of these tests. */
const LONG = 20_000;

const POLICIES = { pick_first: PickFirst, round_robin: RoundRobin };

for (const [policy, Policy] of Object.entries(POLICIES)) {
  const test = testsOf(Policy);

  test(
    `${policy}: an attempt that gets no answer is the last one, if nobody waits`,
    [A],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      balancer.connect();
      balanced.isAwaited = false;
      await wait(time, LONG);
      await balanced.fail(A);
      assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE", "IDLE"]);
      await wait(time, 1_000_000);
      assertEquals([dials.times, balancer.nextAttemptAt], [[0], Infinity]);
      balancer.connect();
      assertEquals(dials.times.length, 2);
      await balanced.succeed(A);
      assertEquals(states.slice(3), ["CONNECTING", "READY"]);
    },
  );

  test(
    `${policy}: so is that to each of several addresses`,
    [A, B],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      balancer.connect();
      balanced.isAwaited = false;
      await wait(time, LONG);
      await balanced.fail(A);
      await wait(time, 250);
      assertEquals(states.at(-1), "CONNECTING");
      await balanced.fail(B);
      assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE", "IDLE"]);
      await wait(time, 1_000_000);
      assertEquals(dials.attempts.map(({ address }) => address), [A, B]);
      balancer.connect();
      await balanced.succeed(A);
      assertEquals(states.at(-1), "READY");
    },
  );

  test(
    `${policy}: attempts go on while somebody waits`,
    [A],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      balancer.connect();
      for (let i = 1; i <= 5; i++) {
        await wait(time, LONG);
        await balanced.fail(A);
        assertEquals(dials.times.length, i + 1);
      }
      assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    },
  );

  test(
    `${policy}: attempts that are refused go on with pauses, whether somebody waits or not`,
    [A],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      balancer.connect();
      balanced.isAwaited = false;
      for (let i = 0; i < 4; i++) {
        await balanced.fail(A);
        await wait(time, balancer.nextAttemptAt - CLOCK.now());
      }
      assertEquals(dials.times, [0, 1_000, 2_600, 5_160, 9_256]);
      assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
    },
  );

  test(
    `${policy}: an address that gives no answer rests while others are tried, until somebody waits`,
    [A, B],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      const count = (address: string) =>
        dials.attempts.filter((each) => each.address === address).length;
      balancer.connect();
      await wait(time, LONG);
      await balanced.fail(A);
      await balanced.fail(B);
      assertEquals([count(A), count(B)], [2, 2]);
      await balanced.fail(B);
      await wait(time, 1_700);
      assertEquals([count(A), count(B)], [2, 3]);
      balanced.isAwaited = false;
      await balanced.fail(A);
      await balanced.fail(B);
      await wait(time, 100_000);
      assertEquals([count(A), count(B)], [2, 4]);
      assertEquals(states, ["CONNECTING", "TRANSIENT_FAILURE"]);
      balanced.isAwaited = true;
      balancer.connect();
      assertEquals([count(A), count(B)], [3, 4]);
      await balanced.succeed(A);
      assertEquals(states.at(-1), "READY");
    },
  );

  test(
    `${policy}: a connection that is lost after one that gave no answer is replaced as ever`,
    [A],
    async (balanced, time) => {
      const { balancer, dials, states } = balanced;
      balancer.connect();
      await wait(time, LONG);
      await balanced.fail(A);
      const connection = await balanced.succeed(A);
      balanced.isAwaited = false;
      void connection.transport.close();
      await wait(time, 10_000);
      const isReplaced = policy === "round_robin";
      assertEquals(dials.times.length, isReplaced ? 3 : 2);
      assertEquals(states.at(-1), isReplaced ? "CONNECTING" : "IDLE");
    },
  );
}

/** Attempts end after a twentieth of a second. */
const SHORT = {
  handshakeTimeout: 50,
  backoff: { initialBackoff: 50, maxBackoff: 50, jitter: 0 },
};

for (const loadBalancing of ["pick_first", "round_robin"] as const) {
  Deno.test(`A channel with ${loadBalancing} whose server is silent becomes IDLE once nobody waits, and the next call is one that waits`, async () => {
    await using scene = new Scene({ ...SHORT, loadBalancing }, 2);
    const { channel } = scene;
    await assertRejects(() => channel.connect(), DialError);
    const reason = (async () => {
      for await (const { state, reason } of channel.changes()) {
        if (state === "IDLE") return reason;
      }
    })();
    assertEquals(
      await deadline(reason, PATIENCE),
      "an attempt to connect got no answer, and nobody waits for another",
    );
    const error = await assertRejects(
      () => channel.unary(Words.one, "word", { deadline: 20_000 }),
      GrpcError,
    );
    assertEquals(error.code, Status.UNAVAILABLE);
    const [, last] = scene.states.join().split("IDLE,CONNECTING").slice(1);
    assertStringIncludes(last, "TRANSIENT_FAILURE");
  });
}

Deno.test("Calls that come again and again fail at once while a server is silent", async () => {
  await using scene = new Scene(SHORT);
  const { channel } = scene;
  await assertRejects(() => channel.connect(), DialError);
  let refused = 0;
  for (let i = 0; i < 40; i++) {
    await assertRejects(() => channel.unary(Words.one, "word"), GrpcError);
    if (channel.state === "TRANSIENT_FAILURE") refused++;
  }
  assertEquals(refused > 0, true);
});
