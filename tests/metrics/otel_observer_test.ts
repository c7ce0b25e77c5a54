import config from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertThrows } from "@std/assert";
import { otelObserver } from "../../src/metrics/mod.ts";
import type { MeterProvider } from "../../src/metrics/mod.ts";
import { World } from "../simulation/support/world.ts";
import { FakeProvider } from "./support/fake_provider.ts";

const API = Symbol.for("opentelemetry.js.api.1");

Deno.test("a provider that is given makes the instruments, with units and bounds", () => {
  const { version } = config;
  const meterProvider = new FakeProvider();
  otelObserver({ meterProvider });
  assertEquals(meterProvider.meters, [["@keepalive/grpc", version]]);
  const { instruments } = meterProvider;
  assertEquals(instruments.size, 24);
  for (const [name, options] of instruments) {
    assert(options.unit !== undefined && options.description, name);
    // Deno refuses a type of values.
    assertEquals("valueType" in options, false, name);
  }
  assertEquals(instruments.get("grpc.client.call.retries")?.advice, {
    explicitBucketBoundaries: [1, 2, 3, 4, 5],
  });
});

Deno.test("it takes what is measured", async () => {
  const meterProvider = new FakeProvider();
  const observer = otelObserver({ meterProvider });
  const world = new World(1, {
    channel: { observer },
    server: { observer },
  });
  world.call(100);
  await world.clock.advance(1_000);
  await world.end();
  const of = (name: string) =>
    meterProvider.values.filter(([each]) => each === name);
  const method = { "grpc.method": "test.Echo/Unary" };
  const target = { "grpc.target": "dns:///10.0.0.1:50051" };
  const name = "grpc.client.attempt.sent_total_compressed_message_size";
  assertEquals(of(name), [
    [name, 100, { ...method, ...target, "grpc.status": "OK" }],
  ]);
  const open = of("grpc.subchannel.open_connections");
  assertEquals(open.map(([, value]) => value), [1, -1]);
});

Deno.test("without a provider, that of the process is taken; if there is none, nothing is wanted", () => {
  const process = globalThis as { [API]?: { metrics: MeterProvider } };
  assertEquals(process[API], undefined);
  assertEquals(otelObserver(), {});
  const metrics = new FakeProvider();
  process[API] = { metrics };
  try {
    const observer = otelObserver({ experimental: false });
    assertEquals(Object.keys(observer), ["call"]);
    assertEquals(metrics.meters.length, 1);
  } finally {
    delete process[API];
  }
});

Deno.test("options that cannot be are refused", () => {
  const made = (options: object) => () => otelObserver(options);
  assertThrows(made({ meter: 1 }), TypeError, "meterProvider");
  assertThrows(made({ meterProvider: {} }), TypeError, "getMeter");
  assertThrows(made({ names: "all" }), RangeError, "names");
  assertThrows(made({ experimental: 1 }), TypeError, "experimental");
});
