import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type CallContext,
  GrpcError,
  Metadata,
  type ServerInterceptor,
  Status,
} from "../../mod.ts";
import { otelTracing } from "../../src/tracing/mod.ts";
import { World, type WorldOptions } from "../simulation/support/world.ts";
import { echo } from "../grpc/support/words.ts";
import { Scene } from "../otel/support/scene.ts";
import { FakeApi, type FakeSpan } from "./support/fake_api.ts";

/** A channel and a server whose calls are traced by gRFC A72. */
function traced(
  options: WorldOptions = {},
  ...inner: readonly ServerInterceptor[]
): World {
  const tracing = otelTracing({ spans: "grpc" });
  const target = String(options.target ?? "10.0.0.1:50051");
  return new World(1, {
    ...options,
    server: {
      interceptors: [tracing.server, ...inner],
      observer: tracing.observer,
      onHandlerError: () => {},
      ...options.server,
    },
    channel: {
      interceptors: [tracing.client(target)],
      observer: tracing.observer,
      ...options.channel,
    },
  });
}

function eventsOf({ events }: FakeSpan): unknown[] {
  return events.map(([name, attributes]) =>
    Object.keys(attributes).length === 0
      ? name
      : [name, ...Object.values(attributes)]
  );
}

Deno.test("gRFC A72: a call has a span, each attempt has one, and below it is the server's", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const world = traced({ target: "dns:///echo:50051" });
    world.network.hosts.set("echo", ["10.0.0.1"]);
    world.call();
    await world.clock.advance(1_000);
    world.call();
    await world.clock.advance(1_000);
    await world.end();
  });
  const [sent, attempt, recv] = api.spans;
  assertEquals(
    api.spans.map(({ name }) => name),
    [...expectedNames("Unary"), ...expectedNames("Unary")],
  );
  assertEquals(api.spans.map(({ ends }) => ends), [1, 1, 1, 1, 1, 1]);
  assertEquals(api.spans.map(({ status }) => status?.code), Array(6).fill(1));
  assert(attempt.parent === sent && recv.parent === attempt);
  assertEquals(
    [sent, attempt, recv].map(({ options }) => options.kind),
    [2, undefined, 1],
  );
  assertEquals(attempt.options.attributes, {
    "previous-rpc-attempts": 0,
    "transparent-retry": false,
  });
  assertEquals(eventsOf(sent), ["Delayed name resolution complete"]);
  const messages = [["Outbound message", 0, 100], ["Inbound message", 0, 100]];
  assertEquals(eventsOf(attempt), ["Delayed LB pick complete", ...messages]);
  assertEquals(eventsOf(recv), messages.toReversed());
  const later = api.spans.slice(3).map(eventsOf);
  assertEquals(later, [[], messages, messages.toReversed()]);
});

function expectedNames(method: string): string[] {
  return ["Sent", "Attempt", "Recv"].map((kind) =>
    `${kind}.test.Echo.${method}`
  );
}

Deno.test("gRFC A72: compressed messages have two sizes, and every status but OK is an error at both ends", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const world = traced({}, () => {
      throw new GrpcError(Status.NOT_FOUND, "there is none");
    });
    world.call(10_000, { compression: "gzip" });
    await world.clock.advance(1_000);
    await world.end();
  });
  const [sent, attempt, recv] = api.spans;
  const [, [name, attributes]] = attempt.events;
  assertEquals(name, "Outbound message");
  assertEquals(attributes["message-size"], 10_000);
  assert(Number(attributes["message-size-compressed"]) < 1_000);
  for (const span of [sent, attempt, recv]) {
    const message = "NOT_FOUND, there is none";
    assertEquals([span.status, span.ends], [{ code: 2, message }, 1]);
  }
});

Deno.test("gRFC A72: messages that are read after the status has come are in the span of their attempt", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const otel = { spans: "grpc" } as const;
    const scene = new Scene(echo, { server: { otel }, channel: { otel } });
    const words = scene.words.down("a b")[Symbol.asyncIterator]();
    await scene.until(words.next());
    await scene.clock.advance(1_000);
    const [, attempt, recv] = api.spans;
    assertEquals([attempt.ends, recv.ends], [0, 1]);
    const sent = ["Outbound message", 0, 3];
    const first = ["Inbound message", 0, 1];
    assertEquals(eventsOf(attempt).slice(1), [sent, first]);
    await scene.until(words.next());
    assertEquals(eventsOf(attempt).at(-1), ["Inbound message", 1, 1]);
    assertEquals([attempt.ends, attempt.status?.code], [1, 1]);
    const [, , time] = attempt.events.at(-1)!;
    assertEquals(time, attempt.endTime);
    await scene.until(words.next());
    await scene.end();
  });
});

Deno.test("gRFC A72: a call whose handler had to wait has a span without messages", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const { observer, server } = otelTracing({ spans: "grpc" });
    const end = { status: 0, statusMessage: "", duration: 1 };
    const ids = { at: 0, callId: 1 };
    observer.call!({
      type: "server-call-started",
      ...ids,
      serverId: 1,
      method: "/a.B/C",
      isKnown: true,
      requestStream: false,
      responseStream: false,
      peer: "10.0.0.2:1",
      connectionId: 1,
      streamId: 1,
    });
    await Promise.resolve();
    const call = {
      path: "/a.B/C",
      peer: "10.0.0.2:1",
      metadata: new Metadata(),
      signal: new AbortController().signal,
    };
    await server(call as CallContext, () => Promise.resolve());
    const message = { ...ids, sequence: 0, size: 1, sizeOnWire: 1 };
    observer.message!({ type: "message-sent", ...message });
    const sums = {
      messagesSent: 1,
      messagesReceived: 0,
      octetsSent: 1,
      octetsReceived: 0,
    };
    observer.call!({
      type: "server-call-ended",
      ...ids,
      ...end,
      ...sums,
      by: "local",
    });
  });
  const [{ name, ends, events }] = api.spans;
  assertEquals([name, ends, events], ["Recv.a.B.C", 1, []]);
});

Deno.test("gRFC A72: nothing is kept of a call that ends before it finds a connection", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const world = traced({ starts: false });
    world.network.dark();
    world.call(1, { deadline: 1_000 });
    await world.clock.advance(5_000);
    await world.end();
  });
  const [sent, attempt, ...others] = api.spans;
  assertEquals(others, []);
  assertEquals([sent.ends, attempt.ends], [1, 1]);
  assertEquals(attempt.attributes["rpc.status_code"], "DEADLINE_EXCEEDED");
  assertEquals(eventsOf(attempt), []);
});

Deno.test("another kind of spans is refused", () => {
  const made = (spans: unknown) => () =>
    otelTracing({ spans: spans as "grpc" });
  assertThrows(made("a72"), RangeError, 'expected "semconv" or "grpc"');
  assertThrows(made(72), TypeError, "spans");
});
