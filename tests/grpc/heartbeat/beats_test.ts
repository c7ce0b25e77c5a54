import { assertEquals, assertThrows } from "@std/assert";
import { type CallOptions, Channel, serve } from "../../../mod.ts";
import { ErrorCode } from "../../../src/frames/mod.ts";
import {
  answering,
  BEAT,
  FIELD,
  framed,
  Heard,
  MESSAGE,
  over,
  Quiet,
  Scene,
  Spoken,
} from "./support/scene.ts";

const INTERVAL = 45_000;

Deno.test("A silent server sends the eleven octets after each interval", async () => {
  await using scene = new Scene();
  scene.serve({}, { heartbeat: { timeout: Infinity } });
  const played = await scene.ask(Quiet.watch, [FIELD, String(INTERVAL)]);
  played.stream.sendData(framed(MESSAGE), true);
  const from = scene.clock.now();
  await scene.clock.advance(3 * INTERVAL + 100);
  assertEquals(played.beats.length, 3);
  assertEquals(played.octets.length, 3 * BEAT.length);
  assertEquals(
    played.beats.map((at) => Math.round((at - from) / 1_000)),
    [45, 90, 135],
  );
});

Deno.test("A message puts the next heartbeat off, and is not delayed", async () => {
  await using scene = new Scene();
  scene.serve({
    async *watch(_request, call) {
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((done) => scene.clock.timer(30_000, done));
        yield MESSAGE;
      }
      await over(call);
    },
  });
  const played = await scene.ask(Quiet.watch, [FIELD, String(INTERVAL)]);
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(90_000 + INTERVAL - 100);
  assertEquals(played.beats, []);
  assertEquals(played.data.length, 3);
  await scene.clock.advance(300);
  assertEquals(played.beats.length, 1);
});

Deno.test("On a stream of responses only the server sends heartbeats, on one of both kinds both ends do", async () => {
  for (const isBoth of [false, true]) {
    await using scene = new Scene();
    const { streams } = scene.play(answering(INTERVAL));
    const heartbeat = { timeout: Infinity };
    const channel = scene.channel({ heartbeat });
    const heard = new Heard(
      isBoth
        ? channel.bidiStreaming(Quiet.talk, new Spoken())
        : channel.serverStreaming(Quiet.watch, MESSAGE),
    );
    await scene.clock.advance(3 * INTERVAL + 100);
    assertEquals(streams[0].beats.length, isBoth ? 3 : 0);
    assertEquals(heard.isOver, false);
  }
});

Deno.test("A client that has sent its last request sends no heartbeat any more", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: { timeout: Infinity } });
  const requests = new Spoken();
  new Heard(channel.bidiStreaming(Quiet.talk, requests));
  await scene.clock.advance(INTERVAL + 100);
  requests.say(MESSAGE);
  requests.end();
  await scene.clock.advance(10 * INTERVAL);
  assertEquals(streams[0].beats.length, 1);
  assertEquals(streams[0].octets.slice(BEAT.length), framed(MESSAGE));
});

/** Timers that are to come while a silent call of ours runs. */
async function pendingIn(options: CallOptions): Promise<number> {
  await using scene = new Scene();
  scene.serve();
  const channel = scene.channel();
  await scene.pass(channel.connect(), 100);
  new Heard(channel.bidiStreaming(Quiet.talk, new Spoken(), options));
  await scene.clock.advance(1_000);
  return scene.clock.pending;
}

Deno.test("Heartbeats need one timer at each end, and a call without them none", async () => {
  const without = await pendingIn({});
  assertEquals(await pendingIn({ heartbeat: false }), without);
  assertEquals(await pendingIn({ heartbeat: {} }), without + 2);
});

Deno.test("Both ends of ours live through a silent day, and wake up twice for each heartbeat at the most", async () => {
  await using scene = new Scene();
  const keepalive = { time: Infinity };
  scene.serve({}, { keepalive });
  const channel = scene.channel({ heartbeat: {}, keepalive });
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, new Spoken()));
  await scene.clock.advance(1_000);
  const before = scene.clock.planned.length;
  await scene.clock.advance(86_400_000);
  assertEquals(heard.isOver, false);
  const wakes = scene.clock.planned.filter((delay, index) =>
    index >= before && delay > 1_000
  );
  const beats = 2 * 86_400_000 / INTERVAL;
  assertEquals(wakes.length <= 2.1 * beats, true, `${wakes.length}`);
});

Deno.test("Messages set no timer anew", async () => {
  await using scene = new Scene();
  scene.serve({ talk: (requests) => requests });
  const channel = scene.channel({ heartbeat: {} });
  const requests = new Spoken();
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, requests));
  await scene.clock.advance(100);
  const { cancelled } = scene.clock;
  const long = () => scene.clock.planned.filter((each) => each > 1_000).length;
  const before = long();
  for (let i = 0; i < 1_000; i++) requests.say(MESSAGE);
  await scene.clock.advance(100);
  assertEquals(heard.messages.length, 1_000);
  assertEquals([long(), scene.clock.cancelled], [before, cancelled]);
});

Deno.test("When the call is over, no timer is left, however it ended", async () => {
  for (const how of ["ok", "cancel", "reset", "lost"] as const) {
    await using scene = new Scene();
    const server = scene.serve({ talk: (requests) => requests });
    const channel = scene.channel({
      heartbeat: {},
      keepalive: { time: Infinity },
    });
    await scene.pass(channel.connect(), 100);
    const before = scene.clock.pending;
    const requests = new Spoken();
    const abort = new AbortController();
    const { signal } = abort;
    const heard = new Heard(
      channel.bidiStreaming(Quiet.talk, requests, { signal }),
    );
    await scene.clock.advance(50_000);
    assertEquals(scene.clock.pending >= before + 2, true);
    if (how === "ok") requests.end();
    if (how === "cancel") abort.abort();
    if (how === "reset") void server.close();
    if (how === "lost") scene.network.reset();
    await scene.pass(heard.done, 2_000);
    await scene.clock.advance(10_000);
    const long = scene.clock.pendingDelays.filter((each) =>
      each >= 40_000 && each <= INTERVAL
    );
    assertEquals(long, [], how);
  }
});

Deno.test("Without a window, no more than one heartbeat waits", async () => {
  await using scene = new Scene();
  scene.serve({
    async *watch(_request, call) {
      yield new Uint8Array(65_535 - 5);
      await over(call);
    },
  });
  const played = await scene.ask(Quiet.watch, [FIELD, "10000"]);
  played.takes = false;
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(600_000);
  assertEquals(played.octets.length, 65_535);
  played.takes = true;
  played.stream.consumed(65_535);
  await scene.clock.advance(1_000);
  assertEquals(played.octets.slice(65_535), BEAT);
});

Deno.test("What waits for the window needs no heartbeat behind it", async () => {
  await using scene = new Scene();
  scene.serve({
    async *watch(_request, call) {
      yield new Uint8Array(65_535);
      await over(call);
    },
  });
  const played = await scene.ask(Quiet.watch, [FIELD, "10000"]);
  played.takes = false;
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(600_000);
  played.takes = true;
  played.stream.consumed(65_535);
  await scene.clock.advance(9_000);
  assertEquals(played.octets.length, 65_535 + 5);
  await scene.clock.advance(1_100);
  assertEquals(played.octets.slice(65_540), BEAT);
});

Deno.test("A heartbeat is not compressed on a call that compresses", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: { timeout: Infinity } });
  const compression = "gzip";
  new Heard(channel.bidiStreaming(Quiet.talk, new Spoken(), { compression }));
  await scene.clock.advance(INTERVAL + 100);
  assertEquals(streams[0].octets, BEAT);
});

Deno.test("A call that ends with an error before the headers have gone has no answer", async () => {
  await using scene = new Scene();
  scene.serve({
    // deno-lint-ignore require-yield
    async *watch() {
      throw new Error("at once");
    },
  }, { onHandlerError: () => {} });
  const played = await scene.ask(Quiet.watch, [FIELD, String(INTERVAL)]);
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(10 * INTERVAL);
  assertEquals([played.sections.length, played.data], [1, []]);
  assertEquals([played.field(FIELD), played.end], [undefined, "ended"]);
});

Deno.test("A unary call that takes long gets heartbeats before its response", async () => {
  await using scene = new Scene();
  scene.serve({
    async unary() {
      await new Promise<void>((done) => scene.clock.timer(200_000, done));
      return MESSAGE;
    },
  });
  const played = await scene.ask(Quiet.unary, [FIELD, String(INTERVAL)]);
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(200_100);
  assertEquals(played.beats.length, 4);
  assertEquals(played.octets.slice(4 * BEAT.length), framed(MESSAGE));
  const channel = scene.channel();
  const call = channel.unary(Quiet.unary, MESSAGE, { heartbeat: {} });
  assertEquals(await scene.pass(call, 201_000), MESSAGE);
});

Deno.test("A client that resets its call is sent nothing more", async () => {
  await using scene = new Scene();
  scene.serve();
  const played = await scene.ask(Quiet.talk, [FIELD, String(INTERVAL)]);
  await scene.clock.advance(INTERVAL + 100);
  played.stream.reset(ErrorCode.CANCEL);
  await scene.clock.advance(10 * INTERVAL);
  assertEquals(played.beats.length, 1);
});

Deno.test("Options are checked before anything is made", () => {
  const make = (heartbeat: unknown) => () =>
    new Channel("10.0.0.1:1", {
      heartbeat: heartbeat as Record<string, never>,
    });
  assertThrows(
    make(45_000),
    TypeError,
    "Cannot use heartbeat: expected an object",
  );
  assertThrows(make({ intervall: 1 }), TypeError, 'did you mean "interval"?');
  assertThrows(
    make({ minInterval: 1 }),
    TypeError,
    'unknown key "minInterval"',
  );
  assertThrows(make({ interval: "45" }), TypeError, "heartbeat.interval");
  for (const interval of [0, -1, 45, 999, 1_000.5, 2 ** 31, Infinity, NaN]) {
    assertThrows(
      make({ interval }),
      RangeError,
      `Cannot use heartbeat.interval: expected an integer from 1000 to 2147483647, received ${interval}`,
    );
  }
  for (const timeout of [0, -1, NaN]) {
    assertThrows(make({ timeout }), RangeError, "heartbeat.timeout");
  }
  const start = (heartbeat: unknown) => () =>
    serve({ heartbeat: heartbeat as Record<string, never>, port: -1 }, []);
  assertThrows(
    start({ minInterval: 999 }),
    RangeError,
    "heartbeat.minInterval",
  );
  assertThrows(start({ interval: 9_999 }), RangeError, "heartbeat.interval");
  assertThrows(start(true), TypeError, "Cannot use heartbeat");
  assertThrows(start({ minIntervall: 1 }), TypeError, "minInterval");
});

Deno.test("So are those of a call", async () => {
  await using scene = new Scene();
  const channel = scene.channel();
  const heartbeat = { interval: 45 };
  assertThrows(
    () => channel.serverStreaming(Quiet.watch, MESSAGE, { heartbeat }),
    RangeError,
    "heartbeat.interval",
  );
});
