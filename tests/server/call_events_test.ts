import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type CallEvent,
  type CallMessageEvent,
  GrpcError,
  type Observer,
  serve,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until, wordMethod } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";

type Started = CallEvent & { type: "server-call-started" };
type Ended = CallEvent & { type: "server-call-ended" };

/** Keeps what it is told of the calls of a server. */
class Recorder implements Observer {
  readonly calls: CallEvent[] = [];
  readonly messages: CallMessageEvent[] = [];

  call(event: CallEvent): void {
    this.calls.push(event);
  }

  message(event: CallMessageEvent): void {
    this.messages.push(event);
  }

  get started(): Started[] {
    return this.calls.filter((each) => each.type === "server-call-started");
  }

  get ended(): Ended[] {
    return this.calls.filter((each) => each.type === "server-call-ended");
  }
}

Deno.test("An observer of a server is told when a call begins and ends", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { server: { observer } });
  assertEquals(await stage.words.one("word"), "word");
  const [started] = observer.started;
  const [ended] = observer.ended;
  const [transport] = stage.server.listener.transports;
  assertEquals(started.method, "/test.Words/One");
  assertEquals([started.requestStream, started.responseStream], [false, false]);
  assertEquals(started.isKnown, true);
  assertEquals(started.peer, transport.peer);
  assertEquals(started.connectionId, transport.id);
  assertEquals(started.streamId, 1);
  assertEquals(ended.callId, started.callId);
  assertEquals([ended.status, ended.statusMessage, ended.by], [0, "", "local"]);
  assertEquals(ended.duration, ended.at - started.at);
  assertEquals(
    [ended.messagesSent, ended.messagesReceived],
    [1, 1],
  );
  assertEquals([ended.octetsSent, ended.octetsReceived], [4, 4]);
});

Deno.test("It is told of each message, with its size as it travels", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, {
    server: { observer, compression: "gzip" },
  });
  const word = "a".repeat(1_000);
  await Array.fromAsync(
    stage.words.both([word, "b"], { compression: "gzip" }),
  );
  const of = (type: CallMessageEvent["type"]) =>
    observer.messages.filter((each) => each.type === type);
  for (const type of ["message-sent", "message-received"] as const) {
    assertEquals(of(type).map(({ sequence }) => sequence), [0, 1]);
    assertEquals(of(type).map(({ size }) => size), [1_000, 1]);
    assert(of(type)[0].sizeOnWire < 100);
  }
  const [ended] = observer.ended;
  const sum = of("message-sent").reduce(
    (all, each) => all + each.sizeOnWire,
    0,
  );
  assertEquals(ended.octetsSent, sum);
});

Deno.test("A method that the server has not is told as unknown", async () => {
  const observer = new Recorder();
  await using stage = new Stage(echo, { server: { observer } });
  const other = wordMethod("Other", false, false);
  await assertStatus(
    () => stage.channel.unary(other, "a"),
    Status.UNIMPLEMENTED,
  );
  assertEquals(observer.started[0].isKnown, false);
  assertEquals(observer.ended[0].status, Status.UNIMPLEMENTED);
  assertEquals(stage.server.counters().callsFailed, 1);
});

Deno.test("A call that its client cancels ends with CANCELLED, whatever its handler does", async () => {
  const observer = new Recorder();
  const handled = Promise.withResolvers<void>();
  await using stage = new Stage({
    one: async (word, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      handled.resolve();
      return word;
    },
  }, { server: { observer } });
  const abort = new AbortController();
  const call = stage.words.one("a", { signal: abort.signal });
  await until(() => observer.started.length === 1);
  abort.abort();
  await assertStatus(() => call, Status.CANCELLED);
  await handled.promise;
  const [ended] = observer.ended;
  assertEquals([ended.status, ended.by], [Status.CANCELLED, "peer"]);
  assertEquals(observer.ended.length, 1);
});

Deno.test("A call whose deadline passes ends with DEADLINE_EXCEEDED", async () => {
  const observer = new Recorder();
  await using stage = new Stage({
    one: (word, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve(word))
      ),
  }, { server: { observer } });
  await assertStatus(
    () => stage.words.one("a", { deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
  );
  await until(() => observer.ended.length === 1);
  // The client resets the stream at the same moment: either may be first.
  const { status, by } = observer.ended[0];
  const expected = by === "local" ? Status.DEADLINE_EXCEEDED : Status.CANCELLED;
  assertEquals(status, expected);
});

Deno.test("A call whose connection is lost ends by that", async () => {
  const observer = new Recorder();
  await using stage = new Stage({
    one: () => new Promise(() => {}),
  }, { server: { observer } });
  const call = stage.words.one("a");
  call.catch(() => {});
  await until(() => observer.started.length === 1);
  await stage.channel.close();
  await until(() => observer.ended.length === 1);
  const { status, by } = observer.ended[0];
  assertEquals([status, by], [Status.CANCELLED, "connection"]);
});

Deno.test("The status of a handler is that of the call", async () => {
  const observer = new Recorder();
  await using stage = new Stage({
    one: () => {
      throw new GrpcError(Status.NOT_FOUND, "no such word");
    },
  }, { server: { observer } });
  await assertStatus(() => stage.words.one("a"), Status.NOT_FOUND);
  const [{ status, statusMessage, by }] = observer.ended;
  assertEquals([status, statusMessage, by], [
    Status.NOT_FOUND,
    "no such word",
    "local",
  ]);
});

Deno.test("A server counts its calls, messages and connections", async () => {
  await using stage = new Stage(echo);
  await stage.words.one("a");
  await Array.fromAsync(stage.words.down("a b c"));
  await stage.channel.unary(wordMethod("None", false, false), "a")
    .catch(() => {});
  assertEquals(stage.server.counters(), {
    callsStarted: 3,
    callsSucceeded: 2,
    callsFailed: 1,
    messagesSent: 4,
    messagesReceived: 2,
    connectionsEstablished: 1,
  });
});

Deno.test("An observer that throws or rejects is an uncaught error, and disturbs no call", async () => {
  await using stage = new Stage(echo, {
    server: {
      observer: {
        call: () => {
          throw new Error("a bug in call");
        },
        message: () => Promise.reject(new Error("a bug in message")),
      },
    },
  });
  const errors = await reported(async () => {
    assertEquals(await stage.words.one("word"), "word");
  });
  const messages = errors.map((error) => (error as Error).message);
  assertEquals(messages.sort(), [
    "a bug in call",
    "a bug in call",
    "a bug in message",
    "a bug in message",
  ]);
});

Deno.test("An observer that cannot be one is refused", () => {
  const refused = (observer: unknown) =>
    assertThrows(
      () => serve({ port: 0, observer: observer as Observer }, []),
      TypeError,
    ).message;
  assertEquals(
    refused(() => {}),
    "Cannot use observer: expected an object, received a function",
  );
  assertEquals(
    refused({ calls: () => {} }),
    'Cannot use observer: unknown key "calls", did you mean "call"?',
  );
  assertEquals(
    refused({ message: 1 }),
    "Cannot use observer.message: expected a function, received 1",
  );
});
