import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type ChannelEvent, DialError, Status } from "../../mod.ts";
import { encodeGoaway, encodePing } from "../../src/frames/mod.ts";
import {
  Backoff,
  resolveBackoff,
} from "../../src/client/connections/backoff.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { chooseSeed, Random } from "../harness/seed.ts";
import { until } from "../grpc/support/words.ts";
import { echoRequests } from "./support/requests.ts";
import { Scene } from "./support/scene.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

Deno.test("Row 97 CB-formula: 1 s, 1.6 s ... 120 s, each within 20 % (unlike in grpc-go, the first one too)", () => {
  const seed = chooseSeed();
  const random = new Random(seed);
  const plain = [
    ...[1, 1.6, 2.56, 4.096, 6.5536, 10.48576, 16.777216, 26.8435456],
    ...[42.94967296, 68.719476736, 109.9511627776, 120, 120],
  ];
  const below = (bound: number) => random.below(bound);
  const backoff = new Backoff(
    resolveBackoff(),
    () => below(1_000_001) / 1_000_000,
  );
  const exact = new Backoff(resolveBackoff({ jitter: 0 }), () => 0);
  for (const seconds of plain) {
    const drawn = Array.from({ length: 200 }, () => backoff.draw() / 1_000);
    const least = Math.min(...drawn) / seconds;
    const most = Math.max(...drawn) / seconds;
    const seen = `${least} to ${most} of ${seconds} s, SEED=${seed}`;
    assert(least >= 0.8 - 1e-9 && least < 0.9, seen);
    assert(most <= 1.2 + 1e-9 && most > 1.1, seen);
    assertAlmostEquals(exact.draw(), 1_000 * seconds, 1e-6);
    backoff.grow();
    exact.grow();
  }
});

/** Accepts so many connections and ends each; answers with when they came. */
async function turnAway(scene: Scene, count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const peer = await scene.accept();
    times.push(performance.now());
    peer[Symbol.dispose]();
  }
  return times;
}

Deno.test("Row 98 CB-growth: the pauses grow while a server accepts and closes", async () => {
  await using scene = new Scene({
    backoff: { initialBackoff: 100, backoffMultiplier: 2, jitter: 0 },
  });
  const start = performance.now();
  const ready = scene.channel.ready();
  const times = await turnAway(scene, 4);
  await scene.welcome();
  await ready;
  const least = [100, 100 + 200, 100 + 200 + 400];
  for (const [i, pauses] of least.entries()) {
    const took = times[i + 1] - start;
    assert(took > pauses - 5, `${took} ms for pauses of ${pauses} ms`);
  }
});

Deno.test("Row 99 CB-no-preface: an attempt without SETTINGS is given up in time, and the next one stays", async () => {
  await using scene = new Scene({ handshakeTimeout: 150 });
  const start = performance.now();
  const call = assertStatus(
    () => scene.words.one("a"),
    Status.UNAVAILABLE,
    /^Cannot connect to 127\.0\.0\.1:\d+: no connection within 150 ms$/,
  );
  const silent = await scene.accept();
  const error = await call;
  const took = performance.now() - start;
  assert(took > 140 && took < PATIENCE, `${took} ms`);
  assert(error.cause instanceof DialError);
  assertEquals(error.cause.phase, "http2");
  assertEquals(scene.channel.state, "TRANSIENT_FAILURE");
  await silent.rest();
  const next = scene.words.one("b", { waitForReady: true });
  await echoRequests(await scene.welcome(), 1);
  assertEquals(await next, "b");
  await atLeast(300);
  assertEquals(scene.channel.state, "READY");
  assertEquals(scene.clients.length, 1);
});

Deno.test("Row 100 CB-deadline-grows: an attempt may take as long as the backoff after it", async () => {
  await using scene = new Scene({
    handshakeTimeout: 50,
    backoff: { initialBackoff: 500, jitter: 0 },
  });
  const start = performance.now();
  const attempt = scene.channel.connect().then(() => "connected", () => {
    return performance.now() - start;
  });
  const silent = await scene.accept();
  const took = await attempt;
  assert(typeof took === "number" && took > 490, `${took} ms`);
  await silent.rest();
});

Deno.test("Row 101 CB-reset-api: resetBackoff dials at once, and forgets the failures", async () => {
  await using scene = new Scene({
    backoff: { initialBackoff: 100, backoffMultiplier: 1e6, jitter: 0 },
  });
  const { channel } = scene;
  const ready = channel.ready();
  await turnAway(scene, 2);
  const isFarOff = () =>
    (channel.nextAttemptAt?.getTime() ?? 0) > Date.now() + 60_000;
  await until(isFarOff);
  const start = performance.now();
  channel.resetBackoff();
  const [dialled, again] = await turnAway(scene, 2);
  assert(dialled - start < PATIENCE, `${dialled - start} ms`);
  assert(again - dialled < PATIENCE, `${again - dialled} ms`);
  await until(isFarOff);
  channel.resetBackoff();
  await scene.welcome();
  await ready;
});

Deno.test("Row 102 CB-reset-on-success: after a good connection, the pauses begin anew", async () => {
  const backoffs: (ChannelEvent & { type: "backoff" })[] = [];
  const observer = {
    channel: (event: ChannelEvent) => {
      if (event.type === "backoff") backoffs.push(event);
    },
  };
  await using scene = new Scene({
    observer,
    backoff: { initialBackoff: 100, backoffMultiplier: 5, jitter: 0 },
  });
  const start = performance.now();
  const call = scene.words.one("a", { waitForReady: true });
  const [, , third] = await turnAway(scene, 3);
  assert(third - start > 595, `${third - start} ms for pauses of 600 ms`);
  const end = await scene.welcome();
  await echoRequests(end, 1);
  assertEquals(await call, "a");
  end.peer[Symbol.dispose]();
  await scene.channel.waitFor("IDLE");
  const { length } = backoffs;
  const ready = scene.channel.ready();
  await turnAway(scene, 1);
  await scene.welcome();
  await ready;
  // What the attempt took is part of the pause: nothing may be left of it.
  assertEquals(backoffs.length, length + 1);
  const { at, until, failures } = backoffs[length];
  assertEquals(failures, 1);
  assert(until - at <= 100, `${until - at} ms`);
});

const FIRST_FRAMES = {
  PING: (writer: Parameters<typeof encodePing>[0]) =>
    encodePing(writer, false, new Uint8Array(8)),
  GOAWAY: (writer: Parameters<typeof encodePing>[0]) =>
    encodeGoaway(writer, 0, 0, new Uint8Array(0)),
};

for (const [name, say] of Object.entries(FIRST_FRAMES)) {
  Deno.test(`Row 95 PF-bad-first-frame: a server that begins with ${name} is a failed attempt`, async () => {
    await using scene = new Scene();
    const call = assertStatus(
      () => scene.words.one("a"),
      Status.UNAVAILABLE,
      new RegExp(`frame from server is not a settings frame: ${name} `),
    );
    const peer = await scene.accept();
    await peer.say(say);
    await peer.conn.closeWrite();
    await call;
    const { states } = scene;
    assertEquals(states, ["IDLE", "CONNECTING", "TRANSIENT_FAILURE"]);
    const next = scene.words.one("b", { waitForReady: true });
    await echoRequests(await scene.welcome(), 1);
    assertEquals(await next, "b");
  });
}
