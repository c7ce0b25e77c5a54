/**
 * What OpenTelemetry makes of the metrics: that of Deno, and the SDK from npm.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "npm:@opentelemetry/sdk-metrics@3.1.1";
import { otelObserver } from "../../src/metrics/mod.ts";
import { LATENCY } from "../../src/metrics/buckets.ts";
import { echo, Stage } from "../grpc/support/words.ts";
import { pathBeside, run } from "./tools.ts";

/** What is measured in a call and a PING, by its unit. */
const MEASURED: Readonly<Record<string, string>> = {
  "grpc.client.attempt.duration": "s",
  "grpc.client.attempt.rcvd_total_compressed_message_size": "By",
  "grpc.client.attempt.sent_total_compressed_message_size": "By",
  "grpc.client.attempt.started": "{attempt}",
  "grpc.client.call.duration": "s",
  "grpc.server.call.duration": "s",
  "grpc.server.call.rcvd_total_compressed_message_size": "By",
  "grpc.server.call.sent_total_compressed_message_size": "By",
  "grpc.server.call.started": "{call}",
  "grpc.subchannel.connection_attempts_succeeded": "{attempt}",
  "grpc.subchannel.disconnections": "{disconnection}",
  "grpc.subchannel.open_connections": "{connection}",
  "keepalive.connection.age": "s",
  "keepalive.interval": "s",
  "keepalive.ping.acked": "{ping}",
  "keepalive.ping.rtt": "s",
  "keepalive.ping.sent": "{ping}",
};

/** What a program exports to the console. */
async function exported(
  program: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = pathBeside(import.meta.url, program);
  const { ok, text } = await run(
    [Deno.execPath(), "run", "-A", path, ...args],
    {
      env: {
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_PROTOCOL: "console",
        NO_COLOR: "1",
        ...env,
      },
    },
  );
  assert(ok, text);
  return text;
}

/** The two ways to have calls measured and traced. */
const WAYS = [["its parts", []], ["the option", ["--option"]]] as const;

for (const [how, args] of WAYS) {
  Deno.test(`OpenTelemetry of Deno exports the metrics, by ${how}`, async () => {
    const text = await exported("opentelemetry_program.ts", args);
    const blocks = text.split(/^(?=METRIC |SPAN )/m)
      .filter((block) => block.startsWith("METRIC "))
      .map((block) => block.slice("METRIC ".length))
      .filter((block) => block.includes("scope: @keepalive/grpc@"));
    const units = blocks.map((block) => /^(\S+) \(.*unit=(.+)\)/.exec(block)!)
      .map(([, name, unit]) => [name, unit]).sort();
    assertEquals(Object.fromEntries(units), MEASURED);
    const duration = blocks.find((block) =>
      block.startsWith("grpc.server.call.duration")
    )!;
    const bounds = /bounds: +(\[.*\])/.exec(duration)![1];
    assertEquals(JSON.parse(bounds), LATENCY);
    assert(duration.includes("grpc.method=test.Words/One"), duration);
    assert(duration.includes("grpc.status=OK"), duration);
  });
}

for (
  const [value, expected] of [
    ["http/dup, rpc", ["rpc.client.call.duration", "rpc.server.call.duration"]],
    ["rpc/dup", [
      "grpc.client.call.duration",
      "grpc.server.call.duration",
      "rpc.client.call.duration",
      "rpc.server.call.duration",
    ]],
  ] as const
) {
  Deno.test(`OTEL_SEMCONV_STABILITY_OPT_IN=${value} chooses the names`, async () => {
    const env = { OTEL_SEMCONV_STABILITY_OPT_IN: value };
    const program = "opentelemetry_program.ts";
    const text = await exported(program, ["--option"], env);
    const names = [...text.matchAll(/^METRIC (\S+call\.duration) /gm)]
      .map(([, name]) => name);
    assertEquals([...new Set(names)].sort(), [...expected]);
  });
}

/** The names of a span and of those above it; those of calls are `kind name`. */
function lineages(text: string): string[] {
  const spans = new Map(
    [...text.matchAll(
      /^SPAN (.+) \[\w+\/(\w+)\] (\w+) .*\n(?: {2}parent: (\w+))?/gm,
    )].map(([, name, id, kind, parent]) => [
      id,
      { name: kind === "Internal" ? name : `${kind} ${name}`, parent },
    ]),
  );
  const lineage = (id: string): string => {
    const { name, parent } = spans.get(id)!;
    return parent === undefined ? name : `${lineage(parent)} > ${name}`;
  };
  return [...spans.keys()].map(lineage);
}

for (const [how, args] of WAYS) {
  Deno.test(`OpenTelemetry of Deno exports one trace across both ends, handlers of each kind included, by ${how}`, async () => {
    const text = await exported("opentelemetry_traces.ts", args);
    const found = lineages(text);
    for (const [name, method] of Object.entries(METHODS)) {
      const call = `Client test.Words/${method} > Server test.Words/${method}`;
      const expected = `caller of ${name} > ${call} > in ${name}`;
      assertEquals(found.filter((each) => each === expected).length, 1, text);
    }
    const alone = "Client test.Words/One > Server test.Words/One > in one";
    assertEquals(found.filter((each) => each === alone).length, 1, text);
    assertEquals(found.length, 4 * 4 + 3, text);
    assert(text.includes("rpc.status_code: OK"), text);
  });
}

const METHODS = { one: "One", down: "Down", up: "Up", both: "Both" };

Deno.test("The SDK of OpenTelemetry collects the metrics", async () => {
  const exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  const reader = new PeriodicExportingMetricReader({ exporter });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const observer = otelObserver({ meterProvider });
  {
    await using stage = new Stage(echo, {
      server: { observer },
      channel: { observer },
    });
    await stage.words.one("a word");
    await stage.clients[0].ping();
  }
  await meterProvider.forceFlush();
  const metrics = exporter.getMetrics()[0].scopeMetrics[0].metrics;
  const units = metrics.map(({ descriptor: { name, unit } }) => [name, unit]);
  assertEquals(Object.fromEntries(units.sort()), MEASURED);
  const sent = metrics.find(({ descriptor }) =>
    descriptor.name === "grpc.server.call.sent_total_compressed_message_size"
  )!;
  assert(sent.dataPointType === DataPointType.HISTOGRAM);
  const [{ attributes, value }] = sent.dataPoints;
  assertEquals(attributes, {
    "grpc.method": "test.Words/One",
    "grpc.status": "OK",
  });
  assertEquals([value.count, value.sum], [1, 6]);
  assertEquals(value.buckets.counts.slice(0, 3), [0, 1, 0]);
  await meterProvider.shutdown();
});
