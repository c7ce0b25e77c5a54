import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type CallContext,
  type CallEvent,
  GrpcError,
  type ServerInterceptor,
  Status,
} from "../../mod.ts";
import { otelTracing } from "../../src/tracing/mod.ts";
import { ADDRESS, World } from "../simulation/support/world.ts";
import { FakeApi } from "./support/fake_api.ts";

const METHOD = "test.Echo/Unary";

/** A channel and a server whose calls are traced. */
function traced(inner?: ServerInterceptor, channel: object = {}): World {
  const tracing = otelTracing();
  return new World(1, {
    server: {
      interceptors: [tracing.server, ...inner === undefined ? [] : [inner]],
      onHandlerError: () => {},
    },
    channel: {
      interceptors: [tracing.client(ADDRESS)],
      observer: tracing.observer,
      ...channel,
    },
  });
}

Deno.test("a call is a span at each end, in the trace of its caller", async () => {
  const api = new FakeApi();
  const active: unknown[] = [];
  await api.registered(async () => {
    const world = traced((_, proceed) => {
      active.push(api.active);
      return proceed();
    });
    api.inside("caller", () => world.call());
    await world.clock.advance(1_000);
    await world.end();
    assertEquals(world.calls.length, 1);
  });
  const [caller, client, server, ...others] = api.spans;
  assertEquals(others, []);
  assertEquals([client.name, server.name], [METHOD, METHOD]);
  assertEquals([client.options.kind, server.options.kind], [2, 1]);
  assert(client.parent === caller && server.parent === client);
  assert(active[0] === server);
  const common = { "rpc.system.name": "grpc", "rpc.method": METHOD };
  assertEquals(client.options.attributes, {
    ...common,
    "server.address": "10.0.0.1",
    "server.port": 50_051,
  });
  const { "network.peer.address": peer, ...rest } = server.options.attributes!;
  assertEquals([typeof peer, rest["rpc.method"]], ["string", METHOD]);
  assertEquals(client.attributes, {
    "network.peer.address": "10.0.0.1",
    "network.peer.port": 50_051,
    "rpc.status_code": "OK",
  });
  assertEquals(server.attributes, { "rpc.status_code": "OK" });
  for (const span of [client, server]) {
    assertEquals([span.status, span.ends], [undefined, 1]);
  }
});

Deno.test("a later call does not belong to the first one, nor a handler to what was active when its server began", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const world = api.inside("start", () => traced());
    api.inside("first", () => world.call());
    await world.clock.advance(1_000);
    world.call();
    await world.clock.advance(1_000);
    await world.end();
  });
  const clients = api.of(METHOD).filter(({ options }) => options.kind === 2);
  const servers = api.of(METHOD).filter(({ options }) => options.kind === 1);
  assertEquals(clients.map(({ parent }) => parent?.name), ["first", undefined]);
  assert(servers.every(({ parent }, i) => parent === clients[i]));
});

for (
  const [code, isServerError] of [
    [Status.NOT_FOUND, false],
    [Status.INTERNAL, true],
  ] as const
) {
  Deno.test(`a call that ends with ${code} is an error of the client${isServerError ? " and the server" : ""}`, async () => {
    const api = new FakeApi();
    await api.registered(async () => {
      const world = traced(() => {
        throw new GrpcError(code, "in words");
      });
      world.call();
      await world.clock.advance(1_000);
      await world.end();
    });
    const name = code === Status.INTERNAL ? "INTERNAL" : "NOT_FOUND";
    const [client, server] = api.spans;
    const status = { code: 2, message: `${name}, in words` };
    assertEquals(client.status, status);
    assertEquals(client.attributes["rpc.status_code"], name);
    assertEquals(client.attributes["error.type"], name);
    assertEquals(server.status, isServerError ? status : undefined);
    assertEquals([client.ends, server.ends], [1, 1]);
  });
}

Deno.test("a handler that throws is UNKNOWN, and one whose client has gone is CANCELLED", async () => {
  const api = new FakeApi();
  await api.registered(async () => {
    const behaviours = [
      () => Promise.reject(new TypeError("a bug")),
      async (call: CallContext) => {
        await new Promise((resolve) =>
          call.signal.addEventListener("abort", resolve)
        );
        throw call.signal.reason;
      },
    ];
    const world = traced((call) => behaviours.shift()!(call));
    world.call();
    await world.clock.advance(1_000);
    world.call(1, { deadline: 1_000 });
    await world.clock.advance(2_000);
    await world.end();
  });
  const servers = api.spans.filter(({ options }) => options.kind === 1);
  assertEquals(servers.map((span) => span.attributes["rpc.status_code"]), [
    "UNKNOWN",
    "CANCELLED",
  ]);
  assertEquals(servers.map(({ ends }) => ends), [1, 1]);
});

Deno.test("the attempts at a call have spans if there are several", async () => {
  const api = new FakeApi();
  let failures = 2;
  await api.registered(async () => {
    const world = traced((_, proceed) => {
      if (failures-- > 0) throw new GrpcError(Status.UNAVAILABLE, "not now");
      return proceed();
    }, {
      serviceConfig: {
        methodConfig: [{
          name: [{}],
          retryPolicy: {
            maxAttempts: 4,
            initialBackoff: "0.1s",
            maxBackoff: "1s",
            backoffMultiplier: 2,
            retryableStatusCodes: ["UNAVAILABLE"],
          },
        }],
      },
    });
    world.call();
    await world.clock.advance(2_000);
    world.call();
    await world.clock.advance(2_000);
    await world.end();
  });
  const [client] = api.spans;
  const attempts = api.of("Attempt.test.Echo.Unary");
  assertEquals(
    attempts.map(({ attributes }) => attributes["rpc.status_code"]),
    [
      "UNAVAILABLE",
      "UNAVAILABLE",
      "OK",
    ],
  );
  assertEquals(
    attempts.map(({ options }) => options.attributes),
    [0, 1, 2].map((previous) => ({
      "previous-rpc-attempts": previous,
      "transparent-retry": false,
    })),
  );
  assert(attempts.every(({ parent, ends }) => parent === client && ends === 1));
  const [first] = attempts;
  assert(first.options.startTime! <= first.endTime!);
});

Deno.test("an attempt that is given up with its call has an end", async () => {
  const api = new FakeApi();
  await api.registered(() => {
    const tracing = otelTracing();
    const call = tracing.observer.call!;
    const attempt = (number: number): CallEvent => ({
      type: "attempt-started",
      at: 0,
      callId: 1,
      attemptId: number,
      number,
      cause: number === 1 ? "first" : "transparent",
      previousAttempts: 0,
    });
    const began = tracing.client("a:1")(
      { method: { path: "/a.B/C" }, metadata: new Map() } as never,
      () => {
        call({
          type: "call-started",
          at: 0,
          channelId: 1,
          callId: 1,
          method: "/a.B/C",
          target: "a:1",
          requestStream: false,
          responseStream: false,
        });
        call(attempt(1));
        call(attempt(2));
        call({
          type: "call-ended",
          at: 0,
          callId: 1,
          retries: 0,
          transparentRetries: 1,
          retryDelay: 0,
          status: 1,
          statusMessage: "",
          duration: 0,
        });
        return Promise.reject(new GrpcError(Status.CANCELLED, ""));
      },
    );
    return began.then(() => {}, () => {});
  });
  const [, second] = api.spans;
  assertEquals(second.options.attributes?.["transparent-retry"], true);
  assertEquals(api.spans.map(({ ends }) => ends), [1, 1]);
});

Deno.test("without OpenTelemetry calls go on, and no event is made", async () => {
  assertEquals(otelTracing().observer, {});
  const world = traced();
  world.call();
  await world.clock.advance(1_000);
  await world.end();
  assert(world.calls[0].endsWith(" OK"));
});

Deno.test("what cannot trace is refused", async () => {
  const made = (options: object) => () => otelTracing(options);
  assertThrows(made({ tracer: 1 }), TypeError, "tracerProvider");
  assertThrows(made({ tracerProvider: {} }), TypeError, "getTracer");
  assertThrows(made({ propagator: "b3" }), TypeError, "propagator");
  assertThrows(made({ clock: {} }), TypeError, "clock");
  const { trace } = new FakeApi();
  assertThrows(made({ tracerProvider: trace }), TypeError, "context manager");
  const api = new FakeApi();
  await api.registered(async () => {
    const tracing = otelTracing({ tracerProvider: trace });
    assertEquals(Object.keys(tracing.observer), ["call"]);
    await Promise.resolve();
  });
});
