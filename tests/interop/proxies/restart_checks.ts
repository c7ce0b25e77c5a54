import {
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import { Status } from "../../../mod.ts";
import type { TransportEvent } from "../../../src/transport/mod.ts";
import { milliseconds, SLACK } from "../stack.ts";
import {
  assertStatus,
  DEADLINE,
  LENIENT,
  type ProxyCheck,
  type Stage,
  untilAcked,
  WATCHFUL,
} from "./check.ts";
import { hold } from "./hold.ts";
import { Load } from "./load.ts";
import { untilCount } from "./scene.ts";

/** What a channel bears: ends and restarts of all kinds. */
export const restartChecks: readonly ProxyCheck[] = [
  { name: "its reload under load loses no call", run: reload },
  {
    name: "our max-connection-age behind it under load loses no call",
    run: maxAge,
  },
  {
    name: "GOAWAY after every 20 requests loses no call",
    only: ["nginx", "Envoy"],
    run: fewRequests,
  },
  { name: "our shutdown behind it lets a stream finish", run: shutdown },
  {
    name: "frozen, it is noticed at both ends within time + timeout",
    run: frozen,
  },
  {
    name: "killed and started again, calls that wait get through",
    run: killed,
  },
];

async function reload(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  await using load = new Load(scene.test);
  await load.more(50);
  await scene.proxy.reload();
  await untilCount(scene.front, "established", 2);
  await load.more(100);
  // The connection of the old generation goes with its last call.
  await untilCount(scene.front, "closed", 1);
  await load.more(100);
  return await load.finish();
}

async function maxAge(stage: Stage): Promise<string> {
  await using scene = await stage.open({
    server: { keepalive: { maxConnectionAge: 300 } },
  });
  await using load = new Load(scene.test);
  const isOld = (event: TransportEvent) =>
    event.type === "draining" && event.reason === "max_age";
  await scene.back.until(
    "five old connections",
    (events) => events.filter(isOld).at(4),
  );
  await load.more(50);
  return await load.finish();
}

async function fewRequests(stage: Stage): Promise<string> {
  await using scene = await stage.open({ requestsPerConnection: 20 });
  await using load = new Load(scene.test);
  await untilCount(scene.front, "established", 10);
  await load.more(50);
  const calls = await load.finish();
  const { length } = scene.front.events.filter(({ type }) =>
    type === "established"
  );
  return `${calls}, ${length} connections`;
}

async function shutdown(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const responseParameters = Array.from({ length: 5 }, () => ({
    size: 10,
    intervalUs: 50_000,
  }));
  const replies = scene.test.StreamingOutputCall({ responseParameters }, {
    deadline: DEADLINE,
  });
  assertEquals((await replies.next()).done, false);
  const begun = performance.now();
  const down = scene.backend.server.shutdown({ grace: DEADLINE });
  assertEquals((await Array.fromAsync(replies)).length, 4);
  await down;
  const took = performance.now() - begun;
  assertLessOrEqual(took, 5 * 50 + SLACK);
  return `in ${milliseconds(took)}`;
}

async function frozen(stage: Stage): Promise<string> {
  const { time, timeout } = WATCHFUL;
  await using scene = await stage.open({
    channel: { keepalive: WATCHFUL },
    server: {
      keepalive: { time, timeout, minimumTime: 0 },
      enforcement: LENIENT,
    },
  });
  await using held = await hold(scene.test);
  await untilAcked(scene.front, 2);
  await untilAcked(scene.back, 2);
  const worker = await scene.proxy.worker();
  const begun = performance.now();
  Deno.kill(worker, "SIGSTOP");
  let took: number;
  try {
    for (const log of [scene.front, scene.back]) {
      const { reason } = await untilCount(log, "closed", 1);
      assertEquals(reason.kind, "keepalive-timeout");
      assertGreaterOrEqual(reason.at - reason.lastReadAt, time + timeout);
    }
    took = performance.now() - begun;
    assertLessOrEqual(took, time + timeout + SLACK);
    await assertStatus(held.lost(), Status.UNAVAILABLE);
  } finally {
    Deno.kill(worker, "SIGCONT");
  }
  const again = { waitForReady: true, deadline: DEADLINE };
  assertEquals(await scene.test.EmptyCall({}, again), {});
  return `in ${milliseconds(took)}`;
}

async function killed(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  await using held = await hold(scene.test);
  const begun = performance.now();
  await scene.proxy.kill();
  await assertStatus(held.lost(), Status.UNAVAILABLE);
  const took = performance.now() - begun;
  assertLessOrEqual(took, SLACK);
  const waiting = Array.from(
    { length: 10 },
    () => scene.test.EmptyCall({}, { waitForReady: true, deadline: DEADLINE }),
  );
  await scene.proxy.start();
  assertEquals(await Promise.all(waiting), waiting.map(() => ({})));
  return `lost in ${milliseconds(took)}`;
}
