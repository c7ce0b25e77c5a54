import { assert, assertEquals, assertMatch } from "@std/assert";
import { ErrorCode, FrameType, MAX_UINT31 } from "../../src/frames/mod.ts";
import { until } from "../grpc/support/words.ts";
import { ConsoleWarnings } from "./support/console_warnings.ts";
import {
  answer,
  echoRequests,
  readRequest,
  readRequests,
} from "./support/requests.ts";
import { sayGoaway, Scene } from "./support/scene.ts";

const { NO_ERROR, ENHANCE_YOUR_CALM } = ErrorCode;

const TEN_SECONDS = { time: 10_000, timeout: 1_000 };

Deno.test("Row 85 TM-double: after too_many_pings, later connections wait twice as long, and a warning says so", async () => {
  using warnings = new ConsoleWarnings();
  await using scene = new Scene({ keepalive: TEN_SECONDS });
  const times = [];
  for (const word of ["a", "b", "c"]) {
    const call = scene.words.one(word);
    const end = await scene.welcome();
    await echoRequests(end, 1);
    assertEquals(await call, word);
    await sayGoaway(end, 0, ENHANCE_YOUR_CALM, "too_many_pings");
    await scene.channel.waitFor("IDLE");
    await until(() => warnings.texts.length > times.length);
    times.push(scene.channel.keepalive.time);
  }
  assertEquals(times, [20_000, 40_000, 80_000]);
  const { addresses, since: _, ...inForce } = scene.channel.keepalive;
  assertEquals(inForce, {
    time: 80_000,
    timeout: 1_000,
    permitWithoutStream: false,
    tooManyPings: 3,
    source: "learned",
    floor: 80_000,
  });
  assertEquals(
    addresses.map(({ time, source }) => [time, source]),
    [[40_000, "learned"]],
  );
  assertMatch(
    warnings.texts[0],
    /127\.0\.0\.1:\d+ .*"too_many_pings".*is 20000 ms/,
  );
});

Deno.test("Row 85 TM-double: the PINGs of the next connection are as far apart as it says", async () => {
  using warnings = new ConsoleWarnings();
  let establishedAt = 0;
  const pauses: number[] = [];
  await using scene = new Scene({
    keepalive: {
      time: 150,
      timeout: 2_000,
      minimumTime: 0,
      permitWithoutStream: true,
    },
    onEvent: ({ type, at }) => {
      if (type === "established") establishedAt = at;
      if (type === "ping-sent") pauses.push(at - establishedAt);
    },
  });
  const first = await scene.connected();
  await first.peer.until(FrameType.PING);
  await sayGoaway(first, 0, ENHANCE_YOUR_CALM, "too_many_pings");
  await until(() => warnings.texts.length === 1);
  const second = await scene.connected();
  await second.peer.until(FrameType.PING);
  assertEquals(pauses.length, 2);
  assert(pauses[0] >= 149, `${pauses} ms`);
  assert(pauses[1] >= 299, `${pauses} ms`);
});

const NO_PUNISHMENTS: Record<string, [code: number, debug: string]> = {
  "other debug data": [ENHANCE_YOUR_CALM, "too_many_pings "],
  "debug data in capitals": [ENHANCE_YOUR_CALM, "TOO_MANY_PINGS"],
  "no debug data": [ENHANCE_YOUR_CALM, ""],
  "NO_ERROR": [NO_ERROR, "too_many_pings"],
};

for (const [what, [code, debug]] of Object.entries(NO_PUNISHMENTS)) {
  Deno.test(`Row 86 TM-exact-match: ${what} slows nothing down`, async () => {
    using warnings = new ConsoleWarnings();
    await using scene = new Scene({ keepalive: TEN_SECONDS });
    const end = await scene.connected();
    await sayGoaway(end, 0, code, debug);
    await end.peer.rest();
    await until(() => scene.closes.length === 1);
    await scene.channel.waitFor("IDLE");
    const { time, tooManyPings } = scene.channel.keepalive;
    assertEquals([time, tooManyPings], [10_000, 0]);
    assertEquals(warnings.texts, []);
  });
}

Deno.test("Row 87 TM-max-not-product: two connections punished at 10 s make 20 s, not 40", async () => {
  using warnings = new ConsoleWarnings();
  await using scene = new Scene({
    keepalive: TEN_SECONDS,
    loadBalancing: "round_robin",
  }, 2);
  const connecting = scene.channel.connect();
  const ends = await Promise.all([scene.welcome([], 0), scene.welcome([], 1)]);
  await connecting;
  await until(() => scene.channel.peers.length === 2);
  for (const end of ends) {
    await sayGoaway(end, 0, ENHANCE_YOUR_CALM, "too_many_pings");
  }
  await until(() => scene.channel.keepalive.tooManyPings === 2);
  await Promise.all([scene.accept(0), scene.accept(1)]);
  assertEquals(scene.channel.keepalive.time, 20_000);
  assertEquals(warnings.texts.length, 1);
});

Deno.test("Row 88 TM-first-goaway-only: too_many_pings after a graceful GOAWAY slows nothing down", async () => {
  using warnings = new ConsoleWarnings();
  await using scene = new Scene({ keepalive: TEN_SECONDS });
  const end = await scene.connected();
  const calls = ["a", "b"].map((word) => scene.words.one(word));
  await readRequests(end, 2);
  await sayGoaway(end, MAX_UINT31, NO_ERROR, "max_age");
  await sayGoaway(end, 3, ENHANCE_YOUR_CALM, "too_many_pings");
  await answer(end, 1, "a");
  await answer(end, 3, "b");
  assertEquals(await Promise.all(calls), ["a", "b"]);
  await until(() => scene.closes.length === 1);
  const next = scene.words.one("c");
  const { words } = await echoOnNext(scene);
  assertEquals([words, await next], [["c"], "c"]);
  assertEquals(scene.channel.keepalive.time, 10_000);
  assertEquals(warnings.texts, []);
});

async function echoOnNext(scene: Scene) {
  const end = await scene.welcome();
  const asked = await readRequest(end);
  await answer(end, asked.streamId, asked.words[0]);
  return asked;
}
