import { assert, assertEquals } from "@std/assert";
import {
  type CallEvent,
  type CallMessageEvent,
  Channel,
  GrpcError,
  type Observer,
  Status,
} from "../../mod.ts";
import { encodeRstStream, ErrorCode } from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";
import { answer, readRequest } from "./support/requests.ts";
import { Scene } from "./support/scene.ts";

/** Keeps what it is told of the calls of a channel. */
class Recorder implements Observer {
  readonly calls: CallEvent[] = [];
  readonly messages: CallMessageEvent[] = [];

  call(event: CallEvent): void {
    this.calls.push(event);
  }

  message(event: CallMessageEvent): void {
    this.messages.push(event);
  }

  get types(): string[] {
    return this.calls.map(({ type }) => type);
  }

  of<Type extends CallEvent["type"]>(
    type: Type,
  ): (CallEvent & { type: Type })[] {
    return this.calls.filter((each) => each.type === type) as (
      & CallEvent
      & { type: Type }
    )[];
  }
}

const ALL = [
  "call-started",
  "attempt-started",
  "attempt-picked",
  "attempt-ended",
  "call-ended",
];

Deno.test("An observer of a channel is told how a call goes", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { channel: { observer } });
  assertEquals(await stage.words.one("word"), "word");
  assertEquals(observer.types, ALL);
  const [started] = observer.of("call-started");
  const [attempt] = observer.of("attempt-started");
  const [picked] = observer.of("attempt-picked");
  const [over] = observer.of("attempt-ended");
  const [ended] = observer.of("call-ended");
  assertEquals(started.method, "/test.Words/One");
  assertEquals([started.requestStream, started.responseStream], [false, false]);
  assertEquals(started.target, stage.target);
  assertEquals([attempt.number, attempt.cause], [1, "first"]);
  assertEquals(picked.peer, stage.target);
  assertEquals(picked.connectionId, stage.clients[0].id);
  assertEquals(picked.delay, picked.at - attempt.at);
  assertEquals([over.status, over.by], [Status.OK, "peer"]);
  assertEquals([over.octetsSent, over.octetsReceived], [4, 4]);
  assertEquals([ended.status, ended.retries], [Status.OK, 0]);
  assertEquals(ended.duration, ended.at - started.at);
  for (const { callId } of observer.calls) {
    assertEquals(callId, started.callId);
  }
});

Deno.test("It is told of each message, with its size as it travels", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, {
    server: { compression: "gzip" },
    channel: { observer },
  });
  const word = "a".repeat(1_000);
  await Array.fromAsync(stage.words.both([word, "b"], { compression: "gzip" }));
  const [{ attemptId }] = observer.of("attempt-started");
  const [started] = observer.of("call-started");
  assertEquals([started.requestStream, started.responseStream], [true, true]);
  for (const type of ["message-sent", "message-received"]) {
    const told = observer.messages.filter((each) => each.type === type);
    assertEquals(told.map(({ sequence }) => sequence), [0, 1]);
    assertEquals(told.map(({ size }) => size), [1_000, 1]);
    assert(told[0].sizeOnWire < 100);
    assert(told.every((each) => each.attemptId === attemptId));
  }
});

Deno.test("Attempts by a policy are told, and how long none was made", async () => {
  const observer = new Recorder();
  let refusals = 2;
  await using stage = new Stage({
    one: (word) => {
      if (refusals-- > 0) throw new GrpcError(Status.UNAVAILABLE, "not now");
      return word;
    },
  }, {
    channel: {
      observer,
      serviceConfig: {
        methodConfig: [{
          name: [{}],
          retryPolicy: {
            maxAttempts: 4,
            initialBackoff: "0.02s",
            maxBackoff: "0.05s",
            backoffMultiplier: 2,
            retryableStatusCodes: ["UNAVAILABLE"],
          },
        }],
      },
    },
  });
  assertEquals(await stage.words.one("a"), "a");
  const attempts = observer.of("attempt-started");
  assertEquals(attempts.map(({ number }) => number), [1, 2, 3]);
  assertEquals(attempts.map(({ cause }) => cause), [
    "first",
    "policy",
    "policy",
  ]);
  assertEquals(attempts.map((each) => each.previousAttempts), [0, 1, 2]);
  assertEquals(observer.of("attempt-ended").map(({ status }) => status), [
    Status.UNAVAILABLE,
    Status.UNAVAILABLE,
    Status.OK,
  ]);
  const [ended] = observer.of("call-ended");
  assertEquals([ended.retries, ended.transparentRetries], [2, 0]);
  const pauses = attempts.slice(1).map((each, index) =>
    each.at - observer.of("attempt-ended")[index].at
  );
  assertEquals(ended.retryDelay, pauses[0] + pauses[1]);
  const { callsStarted, callsSucceeded, attemptsStarted, retries } = stage
    .channel.counters();
  assertEquals(
    [callsStarted, callsSucceeded, attemptsStarted, retries],
    [1, 1, 3, 2],
  );
});

Deno.test("A transparent attempt is told as one", async () => {
  const observer = new Recorder();
  await using scene = new Scene({ observer });
  const call = scene.words.one("a");
  const end = await scene.welcome();
  const first = await readRequest(end);
  await end.peer.say((writer) =>
    encodeRstStream(writer, first.streamId, ErrorCode.REFUSED_STREAM)
  );
  const second = await readRequest(end);
  await answer(end, second.streamId, "b");
  assertEquals(await call, "b");
  assertEquals(
    observer.of("attempt-started").map(({ cause }) => cause),
    ["first", "transparent"],
  );
  const [refused] = observer.of("attempt-ended");
  assertEquals([refused.status, refused.by], [Status.UNAVAILABLE, "peer"]);
  assertEquals(observer.of("call-ended")[0].transparentRetries, 1);
  assertEquals(scene.channel.counters().transparentRetries, 1);
});

Deno.test("A call that found no connection has an attempt without one", async () => {
  const observer = new Recorder();
  await using channel = new Channel("127.0.0.1:1", { observer });
  const words = { path: "/a/b", requestStream: false, responseStream: false };
  const raw = (octets: Uint8Array) => octets;
  await assertStatus(
    () =>
      channel.unary(
        {
          ...words,
          requestSerialize: raw,
          requestDeserialize: raw,
          responseSerialize: raw,
          responseDeserialize: raw,
        },
        new Uint8Array(1),
      ),
    Status.UNAVAILABLE,
  );
  assertEquals(observer.types, [
    "call-started",
    "attempt-started",
    "attempt-ended",
    "call-ended",
  ]);
  assertEquals(observer.of("attempt-ended")[0].by, "local");
});

Deno.test("A call that is over before it begins has no attempt", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { channel: { observer } });
  await assertStatus(
    () => stage.words.one("a", { deadline: -1 }),
    Status.DEADLINE_EXCEEDED,
  );
  assertEquals(observer.types, ["call-started", "call-ended"]);
  assertEquals(
    observer.of("call-ended")[0].status,
    Status.DEADLINE_EXCEEDED,
  );
});

Deno.test("The status of a call is that which its caller reads: a response that cannot be decoded", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { channel: { observer } });
  const broken = (responseStream: boolean) => ({
    path: responseStream ? "/test.Words/Down" : "/test.Words/One",
    requestStream: false,
    responseStream,
    requestSerialize: (word: string) => new TextEncoder().encode(word),
    requestDeserialize: () => "",
    responseSerialize: () => new Uint8Array(),
    responseDeserialize: (): string => {
      throw new Error("a bug");
    },
  });
  await assertStatus(
    () => stage.channel.unary(broken(false), "a"),
    Status.INTERNAL,
  );
  await assertStatus(
    () => Array.fromAsync(stage.channel.serverStreaming(broken(true), "a")),
    Status.INTERNAL,
  );
  const ended = observer.of("call-ended");
  assertEquals(ended.map(({ status }) => status), [13, 13]);
  assertEquals(stage.channel.counters().callsFailed, 2);
});

Deno.test("A stream ends when its caller has read all, or stops", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { channel: { observer } });
  for await (const _ of stage.words.down("a b c")) {
    // All are read.
  }
  for await (const _ of stage.words.both(forever())) break;
  const ended = observer.of("call-ended");
  assertEquals(ended.map(({ status }) => status), [
    Status.OK,
    Status.CANCELLED,
  ]);
  const { callsStarted, callsSucceeded, callsFailed } = stage.channel
    .counters();
  assertEquals([callsStarted, callsSucceeded, callsFailed], [2, 1, 1]);
});

Deno.test("What wants only messages makes no other event", async () => {
  const messages: CallMessageEvent[] = [];
  await using stage = new Stage(echo, {
    channel: { observer: { message: (event) => messages.push(event) } },
  });
  await stage.words.one("a");
  assertEquals(messages.map(({ type }) => type), [
    "message-sent",
    "message-received",
  ]);
});

Deno.test("An observer of a channel that throws is an uncaught error, and disturbs no call", async () => {
  await using stage = new Stage(echo, {
    channel: {
      observer: {
        call: () => {
          throw new Error("a bug");
        },
      },
    },
  });
  const errors = await reported(async () => {
    assertEquals(await stage.words.one("word"), "word");
  });
  assertEquals(
    errors.map((error) => (error as Error).message),
    ALL.map(() => "a bug"),
  );
});

Deno.test("The totals of a channel survive its connections", async () => {
  await using stage = new Stage(echo);
  await stage.words.one("a");
  stage.channel.enterIdle();
  await stage.words.one("b");
  await until(() => stage.clients.length === 2);
  const { callsSucceeded, messagesSent, messagesReceived } = stage.channel
    .counters();
  assertEquals([callsSucceeded, messagesSent, messagesReceived], [2, 2, 2]);
});

async function* forever(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve("a");
}
