import { assertEquals } from "@std/assert";
import {
  type CallEvent,
  type CallMessageEvent,
  type GrpcError,
  Status,
} from "../../../mod.ts";
import { assertStatus } from "../support/assert_status.ts";
import { concat } from "../../harness/octets.ts";
import {
  answering,
  BEAT,
  FIELD,
  framed,
  Heard,
  LOOKALIKE,
  MESSAGE,
  over,
  Quiet,
  Scene,
  Spoken,
} from "./support/scene.ts";

const INTERVAL = 45_000;

function watcher() {
  const calls: CallEvent[] = [];
  const messages: CallMessageEvent[] = [];
  const observer = {
    call: (event: CallEvent) => void calls.push(event),
    message: (event: CallMessageEvent) => void messages.push(event),
  };
  const types = () => calls.map(({ type }) => type);
  return { calls, messages, observer, types };
}

Deno.test("Heartbeats are no messages: not to either end, not in counts, and observers know them apart", async () => {
  await using scene = new Scene();
  const near = watcher();
  const far = watcher();
  const server = scene.serve(
    { talk: (requests) => requests },
    { observer: far.observer },
  );
  const { observer } = near;
  const channel = scene.channel({ heartbeat: {}, observer });
  const requests = new Spoken();
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, requests));
  await scene.clock.advance(1_000);
  requests.say(MESSAGE);
  await scene.clock.advance(4 * INTERVAL + 1_000);
  requests.end();
  await scene.pass(heard.done, 100);
  assertEquals(heard.messages, [MESSAGE]);
  for (const { types, calls, messages } of [near, far]) {
    const count = (type: string) => types().filter((t) => t === type).length;
    assertEquals(count("heartbeat-agreed"), 1);
    assertEquals(count("heartbeat-sent"), 4);
    assertEquals(count("heartbeat-received"), 4);
    assertEquals(
      messages.map(({ type, size }) => `${type} ${size}`).sort(),
      ["message-received 3", "message-sent 3"],
    );
    const agreed = calls.find(({ type }) => type === "heartbeat-agreed");
    assertEquals(
      agreed?.type === "heartbeat-agreed" && agreed.interval,
      INTERVAL,
    );
    for (const event of calls) {
      if (
        event.type !== "attempt-ended" && event.type !== "server-call-ended"
      ) {
        continue;
      }
      assertEquals(
        [event.messagesSent, event.messagesReceived],
        [1, 1],
        event.type,
      );
      assertEquals([event.octetsSent, event.octetsReceived], [3, 3]);
    }
  }
  const { messagesSent, messagesReceived } = channel.counters();
  assertEquals([messagesSent, messagesReceived], [1, 1]);
  const counted = server.counters();
  assertEquals([counted.messagesSent, counted.messagesReceived], [1, 1]);
});

Deno.test("Interceptors of both ends see messages only", async () => {
  await using scene = new Scene();
  const seen: string[] = [];
  scene.serve({
    async *watch(_request, call) {
      yield MESSAGE;
      await new Promise<void>((done) => scene.clock.timer(200_000, done));
      yield MESSAGE;
      if (call.signal.aborted) throw new Error("cancelled");
    },
  }, {
    interceptors: [async (call, proceed) => {
      seen.push(`server ${call.metadata.has(FIELD)}`);
      await proceed();
    }],
  });
  const channel = scene.channel({
    heartbeat: {},
    interceptors: [async (request, next) => {
      seen.push(`client ${request.metadata.has(FIELD)}`);
      const response = await next(request);
      async function* counted() {
        for await (const message of response.messages) {
          seen.push(String(message));
          yield message;
        }
      }
      return { ...response, messages: counted() };
    }],
  });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.pass(heard.done, 201_000);
  assertEquals(heard.error, undefined);
  assertEquals(seen, ["client false", "server false", "1,2,3", "1,2,3"]);
});

Deno.test("They are left out however they are cut, alone or among small messages that nobody takes", async () => {
  for (const cut of [1, 2, 3, 5, 7, 10, 11, 13, 1_000]) {
    for (const takes of ["at once", "late"]) {
      await using scene = new Scene();
      const { streams } = scene.play(answering(INTERVAL));
      const channel = scene.channel({ heartbeat: {} });
      const responses = channel.serverStreaming(Quiet.watch, MESSAGE);
      const early = takes === "at once" ? new Heard(responses) : undefined;
      const iterator = responses[Symbol.asyncIterator]();
      const first = early === undefined ? iterator.next() : undefined;
      await scene.clock.advance(100);
      const other = Uint8Array.of(...LOOKALIKE.slice(0, 5), 2);
      const parts = [MESSAGE, LOOKALIKE, other, LOOKALIKE, LOOKALIKE, other];
      const octets = concat(...parts.map(framed), framed(MESSAGE), BEAT);
      for (let at = 0; at < octets.length; at += cut) {
        streams[0].stream.sendData(octets.slice(at, at + cut), false);
        await scene.clock.advance(10);
      }
      streams[0].stream.sendHeaders([["grpc-status", "0"]], true);
      await scene.clock.advance(100);
      const wanted = [MESSAGE, other, other, MESSAGE];
      if (early !== undefined) {
        assertEquals(early.messages, wanted);
        assertEquals(early.isOver, true);
        continue;
      }
      const got = [(await first!).value];
      for await (const message of { [Symbol.asyncIterator]: () => iterator }) {
        got.push(message);
      }
      assertEquals(got, wanted, `cut into ${cut}`);
    }
  }
});

Deno.test("They do not count as the one response of a unary call, or as its second", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel();
  const call = channel.unary(Quiet.unary, MESSAGE, { heartbeat: {} });
  await scene.clock.advance(100);
  const octets = concat(BEAT, BEAT, framed(MESSAGE), BEAT);
  streams[0].stream.sendData(octets, false);
  streams[0].stream.sendHeaders([["grpc-status", "0"]], true);
  assertEquals(await scene.pass(call, 100), MESSAGE);
});

Deno.test("The longest message may be shorter than a heartbeat", async () => {
  for (const message of [Uint8Array.of(1), LOOKALIKE.map((each) => each ^ 1)]) {
    await using scene = new Scene();
    const { streams } = scene.play(answering(INTERVAL));
    const channel = scene.channel({ heartbeat: {} });
    const heard = new Heard(
      channel.serverStreaming(Quiet.watch, MESSAGE, {
        maxReceiveMessageLength: 3,
      }),
    );
    await scene.clock.advance(100);
    streams[0].stream.sendData(concat(BEAT, framed(message), BEAT), false);
    await scene.clock.advance(100);
    if (message.length === 1) {
      assertEquals([heard.messages, heard.isOver], [[message], false]);
    } else {
      const { code } = heard.error as GrpcError;
      assertEquals(code, Status.RESOURCE_EXHAUSTED);
    }
  }
});

Deno.test("Behind messages that nobody takes, heartbeats use up no window", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const iterator = channel.serverStreaming(Quiet.watch, MESSAGE)
    [Symbol.asyncIterator]();
  const first = iterator.next();
  await scene.clock.advance(100);
  const [{ stream }] = streams;
  const messages = concat(framed(MESSAGE), framed(MESSAGE), framed(MESSAGE));
  stream.sendData(messages, false);
  for (let i = 0; i < 100; i++) {
    stream.sendData(concat(...Array(200).fill(BEAT)), false);
    await scene.clock.advance(20);
  }
  assertEquals(stream.queuedOctets, 0);
  for (const next of [first, iterator.next(), iterator.next()]) {
    assertEquals((await next).value, MESSAGE);
  }
});

Deno.test("A deadline passes as without them", async () => {
  await using scene = new Scene();
  scene.serve();
  const channel = scene.channel({ heartbeat: {} });
  const deadline = 100_000;
  const heard = new Heard(
    channel.bidiStreaming(Quiet.talk, new Spoken(), { deadline }),
  );
  await scene.pass(heard.done, 100_000);
  assertEquals((heard.error as GrpcError).code, Status.DEADLINE_EXCEEDED);
});

Deno.test("A message of the same octets is refused by who sends it, where it would be lost", async () => {
  await using scene = new Scene();
  scene.serve({
    async *watch(_request, call) {
      yield LOOKALIKE;
      await over(call);
    },
    talk: (requests) => requests,
  });
  const channel = scene.channel({ heartbeat: {} });
  const advice = /F8 FF FF FF 0F 01.*heartbeat: false/;
  const calls = [
    () => channel.serverStreaming(Quiet.watch, MESSAGE).next(),
    () => channel.bidiStreaming(Quiet.talk, [LOOKALIKE]).next(),
  ];
  for (const call of calls) {
    const failing = assertStatus(call, Status.INTERNAL, advice);
    await scene.pass(failing, 1_000);
  }
});

Deno.test("Compressed, or without heartbeats, it arrives", async () => {
  await using scene = new Scene();
  scene.serve({ talk: (requests) => requests }, { compression: "gzip" });
  const channel = scene.channel({ heartbeat: {} });
  for (
    const options of [
      { compression: "gzip" as const },
      { heartbeat: false as const },
    ]
  ) {
    const heard = new Heard(
      channel.bidiStreaming(Quiet.talk, [LOOKALIKE, MESSAGE], options),
    );
    await scene.pass(heard.done, 1_000);
    assertEquals([heard.messages, heard.error], [
      [LOOKALIKE, MESSAGE],
      undefined,
    ]);
  }
});

Deno.test("It arrives as well once headers have come without an answer", async () => {
  await using scene = new Scene();
  scene.serve({ talk: (requests) => requests }, { heartbeat: false });
  const channel = scene.channel({ heartbeat: {} });
  const requests = new Spoken();
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, requests));
  await scene.clock.advance(1_000);
  for (const message of [MESSAGE, LOOKALIKE, LOOKALIKE]) {
    requests.say(message);
    await scene.clock.advance(1_000);
  }
  requests.end();
  await scene.pass(heard.done, 1_000);
  assertEquals([heard.messages, heard.error], [
    [MESSAGE, LOOKALIKE, LOOKALIKE],
    undefined,
  ]);
});

Deno.test("A half of a heartbeat at the end is half a message", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(100);
  streams[0].stream.sendData(BEAT.slice(0, 8), false);
  streams[0].stream.sendHeaders([["grpc-status", "0"]], true);
  await scene.pass(heard.done, 100);
  assertEquals((heard.error as GrpcError).code, Status.INTERNAL);
});

Deno.test("A compressed message of a heartbeat's length is a message", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(INTERVAL));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  await scene.clock.advance(100);
  streams[0].stream.sendData(Uint8Array.of(1, ...BEAT.slice(1)), false);
  await scene.clock.advance(100);
  assertEquals((heard.error as GrpcError).code, Status.INTERNAL);
});
