import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type CallEvent,
  Channel,
  type ChannelOptions,
  type Handlers,
  serve,
  type ServeOptions,
} from "../../mod.ts";
import { telemetryOf } from "../../src/otel/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { echo, type Words } from "../grpc/support/words.ts";
import { FakeProvider } from "../metrics/support/fake_provider.ts";
import { FakeApi, type FakeSpan } from "../tracing/support/fake_api.ts";
import { ADDRESS, Scene } from "./support/scene.ts";

/** A call with everything that OpenTelemetry has, registered or not. */
async function oneCall(
  api: FakeApi,
  options: { server?: ServeOptions; channel?: ChannelOptions },
): Promise<void> {
  await api.registered(async () => {
    const scene = new Scene(echo, options);
    await scene.until(api.inside("caller", () => scene.words.one("a")));
    await scene.end();
  });
}

/** The metrics of calls that have been measured. */
function measured({ values }: FakeProvider): string[] {
  return values.map(([name]) => name).filter((name) => name.endsWith("started"))
    .sort();
}

Deno.test("`otel: true` measures and traces both ends with what is registered", async () => {
  const metrics = new FakeProvider();
  const api = new FakeApi(metrics);
  await oneCall(api, { server: { otel: true }, channel: { otel: true } });
  assertEquals(measured(metrics), [
    "grpc.client.attempt.started",
    "grpc.server.call.started",
  ]);
  const [caller, client, server] = api.spans;
  assertEquals(api.spans.length, 3);
  assert(client.parent === caller && server.parent === client);
  assertEquals(client.options.attributes?.["server.port"], 50_051);
  assertEquals([client.ends, server.ends], [1, 1]);
});

Deno.test("an observer and interceptors of one's own are there beside it", async () => {
  const heard: string[] = [];
  const observer = { call: ({ type }: CallEvent) => void heard.push(type) };
  const api = new FakeApi();
  const active: (string | undefined)[] = [];
  await oneCall(api, {
    server: {
      otel: true,
      observer,
      interceptors: [(_, proceed) => {
        active.push(api.active?.name);
        return proceed();
      }],
    },
    channel: {
      otel: true,
      observer,
      interceptors: [(request, next) => {
        active.push(api.active?.name);
        return next(request);
      }],
    },
  });
  assertEquals(active, ["caller", "test.Words/One"]);
  assertEquals(heard.length, 7);
  assertEquals(api.spans.length, 3);
});

Deno.test("where nothing is registered, or it is off, nobody is told and nothing is wrapped", () => {
  for (const otel of [true, false, undefined]) {
    assertEquals(telemetryOf({ otel }, systemClock), {
      observer: undefined,
      tracing: undefined,
      outside: undefined,
    });
  }
});

Deno.test("who gives one provider gets no more than that, whatever is registered", async () => {
  const registered = new FakeProvider();
  const given = new FakeProvider();
  const api = new FakeApi(registered);
  await oneCall(api, { channel: { otel: { meterProvider: given } } });
  assertEquals(measured(given), ["grpc.client.attempt.started"]);
  assertEquals(api.spans.map(({ name }) => name), ["caller"]);
  await oneCall(api, { channel: { otel: { tracerProvider: api.trace } } });
  assertEquals(api.of("test.Words/One").length, 1);
  assertEquals(registered.values, []);
});

Deno.test("a propagator that is given carries the trace", async () => {
  const carried: string[] = [];
  const api = new FakeApi();
  const propagator = {
    inject: (...[context, carrier]: Parameters<FakeApi["inject"]>) =>
      api.inject(context, carrier, {
        set: (into, key, value) => {
          carried.push(key);
          (into as Map<string, string>).set(`x-${key}`, value);
        },
      }),
    extract: (...[context]: Parameters<FakeApi["extract"]>) => context,
  };
  const otel = { propagator };
  await oneCall(api, { server: { otel }, channel: { otel } });
  assertEquals(carried, ["traceparent"]);
  const [, client, server] = api.spans;
  assertEquals([client.parent?.name, server.parent], ["caller", undefined]);
});

Deno.test("what a propagator writes that metadata cannot carry fails no call", async () => {
  const api = new FakeApi();
  const propagator = {
    inject: (...[, carrier, setter]: Parameters<FakeApi["inject"]>) => {
      setter.set(carrier, "baggage", "name=ä\n");
      setter.set(carrier, "not a key", "value");
      setter.set(carrier, "x-kept", "value");
    },
    extract: (...[context]: Parameters<FakeApi["extract"]>) => context,
  };
  const arrived: unknown[] = [];
  await oneCall(api, {
    channel: { otel: { propagator } },
    server: {
      interceptors: [({ metadata }, proceed) => {
        arrived.push(metadata.get("baggage"), metadata.get("x-kept"));
        return proceed();
      }],
    },
  });
  assertEquals(arrived, [undefined, "value"]);
  assertEquals(api.of("test.Words/One").map(({ ends }) => ends), [1]);
});

/** Handlers that note the active span before, while and after they wait. */
function noting(note: (where: string) => void): Handlers<typeof Words> {
  return {
    one: async (word) => {
      note("one begins");
      await Promise.resolve();
      note("one ends");
      return word;
    },
    down: async function* (words) {
      note("down begins");
      yield words;
      note("down goes on");
      await Promise.resolve();
      yield words;
      note("down ends");
    },
    up: async (words) => {
      note("up begins");
      for await (const word of words) note(`up takes ${word}`);
      return "";
    },
    both: async function* (words) {
      for await (const word of words) {
        note(`both takes ${word}`);
        yield word;
      }
      note("both ends");
    },
  };
}

Deno.test("the span of a call is the active one in its handler of each kind, and that of the caller where requests are made", async () => {
  const api = new FakeApi();
  const handled: [where: string, FakeSpan | undefined][] = [];
  const made: (string | undefined)[] = [];
  const words = async function* () {
    for (const word of ["a", "b"]) {
      made.push(api.active?.name);
      yield word;
      await Promise.resolve();
    }
    made.push(api.active?.name);
  };
  const sync = function* () {
    made.push(api.active?.name);
    yield "a";
  };
  await api.registered(async () => {
    const scene = new Scene(
      noting((where) => handled.push([where, api.active])),
      { server: { otel: true }, channel: { otel: true } },
    );
    const { one, down, up, both } = scene.words;
    const calls: (() => Promise<unknown>)[] = [
      () => up(words()),
      () => one("a"),
      () => Array.fromAsync(down("a")),
      () => Array.fromAsync(both(words())),
      () => up(sync()),
    ];
    for (const [i, call] of calls.entries()) {
      await scene.until(api.inside(`caller ${i}`, call));
    }
    await scene.end();
  });
  assertEquals(handled.length, 13);
  for (const [where, span] of handled) {
    const method = where.split(" ")[0];
    assertEquals(span?.name.toLowerCase(), `test.words/${method}`, where);
    assertEquals(span?.options.kind, 1, where);
  }
  assertEquals(made, [
    ...["caller 0", "caller 0", "caller 0"],
    ...["caller 3", "caller 3", "caller 3"],
    "caller 4",
  ]);
});

Deno.test("the span of a call leaks into no connection that is made for it, nor into what comes to that later", async () => {
  const api = new FakeApi();
  const seen = new Set<string>();
  const onEvent = (end: string) => ({ type }: { type: string }) =>
    void seen.add(`${end} ${type} ${api.active?.name}`);
  await api.registered(async () => {
    const scene = api.inside("start", () =>
      new Scene(echo, {
        server: {
          otel: true,
          onEvent: onEvent("server"),
          enforcement: { advertise: false },
        },
        channel: {
          otel: true,
          onEvent: onEvent("client"),
          keepalive: { time: 10_000, permitWithoutStream: true },
        },
      }));
    await scene.until(api.inside("first", () => scene.words.one("a")));
    await scene.clock.advance(30_000);
    scene.channel.enterIdle();
    await scene.clock.advance(1_000);
    await scene.until(api.inside("second", () => scene.words.one("b")));
    await scene.end();
  });
  const leaks = [...seen].filter((each) => !each.endsWith(" undefined"));
  assert(seen.size > 10, `${seen.size}`);
  assertEquals(leaks, []);
});

Deno.test("what cannot be used is refused by both ends", () => {
  for (
    const [otel, expected] of [
      [1, "Cannot use otel"],
      [null, "Cannot use otel"],
      [{ meter: {} }, "meterProvider"],
      [{ meterProvider: {} }, "getMeter"],
      [{ tracerProvider: {} }, "getTracer"],
      [{ propagator: {} }, "propagator"],
      [{ propagator: { inject() {} } }, "extract"],
      [{ tracerProvider: { getTracer() {} }, names: 1 }, "names"],
    ]
  ) {
    const options = { otel } as object;
    assertThrows(() => new Channel(ADDRESS, options), TypeError, `${expected}`);
    assertThrows(() => serve(options, []), TypeError, `${expected}`);
  }
  const observer = { call: 1 } as object;
  const otel = { meterProvider: new FakeProvider() };
  const made = () => new Channel(ADDRESS, { otel, observer });
  assertThrows(made, TypeError, "observer.call");
});
