import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  type CallContext,
  GrpcError,
  HeartbeatTimeoutError,
  Status,
} from "../../../mod.ts";
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
const TIMEOUT = 20_000;
const NEVER = { time: Infinity };

/** The error that a call has ended with, and what lies behind it. */
function silenceOf(error: unknown): HeartbeatTimeoutError {
  assertInstanceOf(error, GrpcError);
  assertEquals(error.code, Status.UNAVAILABLE);
  assertInstanceOf(error.cause, HeartbeatTimeoutError);
  assertEquals(error.statusMessage, error.cause.message);
  return error.cause;
}

Deno.test("A client that hears nothing for interval and timeout ends the call with UNAVAILABLE, not a moment before", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(100);
  streams[0].stream.sendData(framed(MESSAGE), false);
  await scene.clock.advance(5);
  await scene.clock.advance(INTERVAL + TIMEOUT - 1);
  assertEquals(heard.isOver, false);
  await scene.clock.advance(2);
  assertEquals(heard.isOver, true);
  const silence = silenceOf(heard.error);
  assertEquals(
    [silence.silent, silence.silence, silence.interval, silence.timeout],
    ["server", INTERVAL + TIMEOUT, INTERVAL, TIMEOUT],
  );
  assertEquals(
    silence.message,
    "the server sent nothing on the stream for 65000 ms, expected a heartbeat after 45000 ms and waited 20000 ms more: what is behind the connection is dead or cut off: make the call again",
  );
  assertEquals(streams[0].end, "open");
  await scene.clock.advance(100);
  assertEquals(streams[0].end, "reset");
});

Deno.test("The connection of such a call stays: it may be a proxy's", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(INTERVAL + TIMEOUT + 100);
  assertEquals(heard.isOver, true);
  new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(100);
  assertEquals([streams.length, scene.network.connects], [2, 1]);
});

Deno.test("Heartbeats, messages and halves of them are signs of life", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(100);
  const [{ stream }] = streams;
  const half = framed(MESSAGE);
  for (const octets of [BEAT, half.slice(0, 3), half.slice(3), BEAT]) {
    await scene.clock.advance(INTERVAL + TIMEOUT - 100);
    stream.sendData(octets, false);
  }
  await scene.clock.advance(INTERVAL + TIMEOUT - 100);
  assertEquals([heard.isOver, heard.messages], [false, [MESSAGE]]);
});

Deno.test("With a timeout of Infinity a silence is suffered for ever", async () => {
  await using scene = new Scene();
  scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: { timeout: Infinity } });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(86_400_000);
  assertEquals(heard.isOver, false);
});

Deno.test("A server that hears nothing of a client which still may send cancels its handler", async () => {
  await using scene = new Scene();
  const calls: CallContext[] = [];
  scene.serve({
    // deno-lint-ignore require-yield
    async *talk(_requests, call) {
      calls.push(call);
      await over(call);
    },
  });
  const played = await scene.ask(Quiet.talk, [FIELD, String(INTERVAL)]);
  await scene.clock.advance(1);
  await scene.clock.advance(INTERVAL + TIMEOUT - 200);
  assertEquals(calls[0].signal.aborted, false);
  await scene.clock.advance(300);
  assertEquals(calls[0].signal.aborted, true);
  const silence = silenceOf(calls[0].signal.reason);
  assertEquals([silence.silent, silence.silence], ["client", 65_000]);
  const trailers = Object.fromEntries(played.sections[1]);
  assertEquals(trailers["grpc-status"], String(Status.UNAVAILABLE));
});

Deno.test("One that has sent its last request may be silent", async () => {
  await using scene = new Scene();
  const calls: CallContext[] = [];
  scene.serve({
    // deno-lint-ignore require-yield
    async *watch(_request, call) {
      calls.push(call);
      await over(call);
    },
  });
  const played = await scene.ask(Quiet.watch, [FIELD, String(INTERVAL)]);
  played.stream.sendData(framed(MESSAGE), true);
  await scene.clock.advance(3_600_000);
  assertEquals(calls[0].signal.aborted, false);
  assertEquals(played.beats.length, 80 - 1);
});

Deno.test("Without keepalive, both ends of a call notice a path that swallows everything", async () => {
  await using scene = new Scene();
  const calls: CallContext[] = [];
  scene.serve({
    // deno-lint-ignore require-yield
    async *talk(_requests, call) {
      calls.push(call);
      await over(call);
    },
  }, { keepalive: NEVER });
  const channel = scene.channel({ heartbeat: {}, keepalive: NEVER });
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, new Spoken()));
  await scene.clock.advance(1_000);
  scene.network.dark();
  await scene.clock.advance(INTERVAL + TIMEOUT + 100);
  assertEquals(silenceOf(heard.error).silent, "server");
  assertEquals(silenceOf(calls[0].signal.reason).silent, "client");
});

Deno.test("Who reads nothing does not blame the other end, and does not lose what it has", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(10_000));
  const heartbeat = { interval: 10_000, timeout: 5_000 };
  const channel = scene.channel({ heartbeat });
  const responses = channel.serverStreaming(Quiet.watch, MESSAGE)
    [Symbol.asyncIterator]();
  const first = responses.next();
  await scene.clock.advance(100);
  const [{ stream }] = streams;
  stream.sendData(framed(MESSAGE), false);
  assertEquals((await scene.pass(first, 100)).value, MESSAGE);
  const size = 65_535 - 5 - MESSAGE.length;
  const big = new Uint8Array(size);
  const prefix = [0, size >> 24, size >> 16, size >> 8, size];
  stream.sendData(Uint8Array.of(...prefix, ...big), false);
  stream.sendData(BEAT, false);
  await scene.clock.advance(3_600_000);
  assertEquals(stream.queuedOctets > 0, true);
  assertEquals((await scene.pass(responses.next(), 100)).value, big);
  const next = responses.next();
  next.catch(() => {});
  await scene.clock.advance(14_000);
  assertEquals(streams[0].end, "open");
  await scene.clock.advance(2_000);
  assertEquals(streams[0].end, "reset");
});

Deno.test("A window that opens just before the end of the wait counts from then", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(10_000));
  const heartbeat = { interval: 10_000, timeout: 5_000 };
  const channel = scene.channel({ heartbeat });
  const responses = channel.serverStreaming(Quiet.watch, MESSAGE)
    [Symbol.asyncIterator]();
  const first = responses.next();
  await scene.clock.advance(100);
  const [{ stream }] = streams;
  const size = 65_535 - 16;
  const prefix = [0, size >> 24, size >> 16, size >> 8, size];
  stream.sendData(framed(MESSAGE), false);
  await scene.pass(first, 100);
  stream.sendData(Uint8Array.of(...prefix, ...new Uint8Array(size)), false);
  await scene.clock.advance(14_900);
  assert((await scene.pass(responses.next(), 10)).value?.length === size);
  responses.next().catch(() => {});
  await scene.clock.advance(14_000);
  assertEquals(streams[0].end, "open");
});

Deno.test("A look that is late is repeated before it is believed: what has come is read first", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {}, keepalive: NEVER });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(INTERVAL + TIMEOUT - 100);
  // The process stands still for ten seconds, in which a heartbeat comes.
  scene.clock.lateness = 10_000;
  streams[0].stream.sendData(BEAT, false);
  scene.clock.tick(120);
  await scene.clock.advance(100);
  assertEquals(heard.isOver, false);
  await scene.clock.advance(INTERVAL);
  assertEquals(heard.isOver, false);
});

Deno.test("A late look that finds nothing again ends the call", async () => {
  await using scene = new Scene();
  scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {}, keepalive: NEVER });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(INTERVAL + TIMEOUT - 100);
  scene.clock.lateness = 10_000;
  await scene.clock.advance(1_000);
  assertEquals(silenceOf(heard.error).silent, "server");
});
