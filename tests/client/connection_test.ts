import { assert, assertEquals } from "@std/assert";
import { Channel, GrpcError, implement, serve, Status } from "../../mod.ts";
import { encodePing, FrameType } from "../../src/frames/mod.ts";
import { Relay } from "../harness/relay.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import {
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";
import { aborted, echo, Stage, until, Words } from "../grpc/support/words.ts";
import { QUICK_CLIENT } from "../transport/support/test_server.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

Deno.test("Calls on a connection that goes dark fail with the words of keepalive", async () => {
  await using server = new Stage({
    async *down(_word, { signal }) {
      yield "first";
      await aborted(signal);
    },
    both: (words) => words,
  }, {
    server: { enforcement: { minTime: 1, permitWithoutStream: true } },
  });
  await using relay = new Relay(server.port);
  await using stage = new Stage({}, {
    target: relay.target,
    channel: { keepalive: QUICK_CLIENT },
  });
  const responses = stage.words.down("");
  assertEquals((await responses.next()).value, "first");
  const never = Promise.withResolvers<string>();
  const requests = async function* () {
    yield await never.promise;
  };
  const start = performance.now();
  relay.dark();
  const calls = [responses, stage.words.both(requests())];
  await Promise.all(calls.map(async (call) => {
    const error = await assertStatus(
      () => drain(call),
      Status.UNAVAILABLE,
      "keepalive ping failed to receive ACK within timeout",
    );
    assertEquals((error.cause as { kind: string }).kind, "keepalive-timeout");
  }));
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
  never.resolve("");
});

Deno.test("Row 16: a call after a long silence wakes keepalive, which finds the server dead", async () => {
  const woken: number[] = [];
  await using server = new ForeignServer({
    keepalive: { time: 60, timeout: 80, minimumTime: 0 },
    onEvent: ({ type, at }) => {
      if (type === "keepalive-dormant") woken.push(-at);
      if (type === "keepalive-woken") woken.push(at);
    },
  });
  await server.welcome();
  await server.answer(() => server.words.one(""), (writer) => {
    sayFields(writer, 1, RESPONSE);
    sayMessage(writer, 1, "w");
    sayStatus(writer, 1, 0);
  });
  await until(() => woken.length === 1);
  await atLeast(100);
  assertEquals(woken.length, 1);
  const start = performance.now();
  const call = assertStatus(
    () => server.words.one("w"),
    Status.UNAVAILABLE,
    "keepalive ping failed to receive ACK within timeout",
  );
  const told: number[] = [];
  while (told.length < 3) {
    const frame = await server.peer.next();
    // A call that took long was asked about, too.
    const isWakened = frame?.type === FrameType.PING && told.length > 0;
    if (isWakened) told.push(frame.type);
    if (frame?.type === FrameType.HEADERS) told.push(frame.type);
    if (frame?.type === FrameType.DATA && frame.streamId === 3) {
      told.push(frame.type);
    }
  }
  assertEquals(told, [FrameType.HEADERS, FrameType.PING, FrameType.DATA]);
  await call;
  const took = performance.now() - start;
  assert(took >= 79 && took < PATIENCE, `${took} ms`);
});

Deno.test("Row 16: a call after a long silence goes well with a server that answers", async () => {
  let isDormant = false;
  await using server = new ForeignServer({
    keepalive: { time: 40, timeout: PATIENCE, minimumTime: 0 },
    onEvent: ({ type }) => isDormant ||= type === "keepalive-dormant",
  });
  await server.welcome();
  await until(() => isDormant);
  const call = server.words.one("w");
  const { opaqueData } = await server.peer.until(FrameType.PING);
  await server.peer.say((writer) => {
    encodePing(writer, true, opaqueData);
    sayFields(writer, 1, RESPONSE);
    sayMessage(writer, 1, "w");
    sayStatus(writer, 1, 0);
  });
  assertEquals(await call, "w");
});

Deno.test("Row 58: a stream that outlives the grace is told of the GOAWAY before", async () => {
  const reasons: unknown[] = [];
  await using stage = new Stage({
    async *both(words, { signal }) {
      for await (const word of words) yield word;
      reasons.push(await aborted(signal));
    },
  }, {
    server: {
      keepalive: { maxConnectionAge: 100, maxConnectionAgeGrace: 1 },
    },
  });
  const error = await assertStatus(
    () => drain(stage.words.both(["a"])),
    Status.UNAVAILABLE,
    /received prior goaway: code: NO_ERROR, debug data: "max_age"/,
  );
  assertEquals(
    error.statusMessage,
    'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "max_age"',
  );
  await until(() => reasons.length === 1);
  const [reason] = reasons;
  assert(reason instanceof GrpcError);
  assertEquals(reason.code, Status.CANCELLED);
});

Deno.test("Row 59: connections that retire for their age cost no call", async () => {
  await using stage = new Stage(undefined, {
    server: { keepalive: { maxConnectionAge: 100 } },
  });
  let calls = 0;
  const callOn = async (name: string) => {
    while (calls < 100 || stage.clients.length < 5) {
      const word = `${name} ${calls++}`;
      assertEquals(await stage.words.one(word), word);
    }
  };
  await Promise.all(["a", "b", "c"].map(callOn));
  await stage.nothingIsLeft();
});

Deno.test("While an old connection finishes its stream, new calls go over a new one", async () => {
  await using stage = new Stage({
    one: (word) => word,
    both: (words) => words,
  }, { server: { keepalive: { maxConnectionAge: 200 } } });
  const last = Promise.withResolvers<string>();
  const requests = async function* () {
    yield "first";
    yield await last.promise;
  };
  const stream = stage.words.both(requests());
  assertEquals((await stream.next()).value, "first");
  await until(() => stage.clients[0].state.kind === "draining");
  assertEquals(await stage.words.one("new", { deadline: 60_000 }), "new");
  assertEquals(stage.clients.length, 2);
  assertEquals(stage.clients[0].state.kind, "draining");
  last.resolve("last");
  assertEquals(await Array.fromAsync(stream), ["last"]);
  const { kind, debug } = await stage.clients[0].closed;
  assertEquals([kind, debug], ["goaway", "max_age"]);
});

Deno.test("A server that closes fails its calls, and those that follow", async () => {
  let begun = false;
  const first = new Stage({
    one(_word, { signal }) {
      begun = true;
      return aborted(signal).then(String);
    },
  });
  const { port } = first;
  const channel = new Channel(`127.0.0.1:${port}`);
  const call = assertStatus(
    () => channel.unary(Words.one, "a"),
    Status.UNAVAILABLE,
    /server transport shutdown/,
  );
  await until(() => begun);
  await first[Symbol.asyncDispose]();
  await call;
  await assertStatus(
    () => channel.unary(Words.one, "b"),
    Status.UNAVAILABLE,
    /^Cannot connect to 127\.0\.0\.1:\d+: /,
  );
  await channel.close();
});

Deno.test("After a failed attempt, calls fail until the next one is due, or wait for it", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const channel = new Channel(`127.0.0.1:${port}`, {
    backoff: { initialBackoff: 300, jitter: 0 },
  });
  for (let i = 0; i < 2; i++) {
    await assertStatus(
      () => channel.unary(Words.one, ""),
      Status.UNAVAILABLE,
      /Connection refused/,
    );
  }
  const server = serve({ hostname: "127.0.0.1", port }, [
    implement(Words, echo),
  ]);
  const options = { waitForReady: true };
  assertEquals(await channel.unary(Words.one, "w", options), "w");
  assertEquals(await channel.unary(Words.one, "w"), "w");
  await channel.close();
  await server.close();
});

Deno.test("A channel that is closed makes no calls and no connections", async () => {
  await using stage = new Stage();
  assertEquals(await stage.words.one("w"), "w");
  await stage.channel.close();
  const closed = "the channel is closed";
  const { one, down } = stage.words;
  await assertStatus(() => one(""), Status.UNAVAILABLE, closed);
  await assertStatus(() => drain(down("")), Status.UNAVAILABLE, closed);
  await stage.channel.close();
  assertEquals(stage.clients.length, 1);
});

Deno.test("A channel that closes while it connects fails the calls that wait", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const channel = new Channel(`127.0.0.1:${listener.addr.port}`);
  const calls = ["a", "b"].map((word) =>
    assertStatus(
      () => channel.unary(Words.one, word),
      Status.UNAVAILABLE,
      "the channel is closed",
    )
  );
  using _conn = await listener.accept();
  await channel.close();
  await Promise.all(calls);
});
