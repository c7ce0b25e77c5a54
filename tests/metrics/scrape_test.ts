import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import type { CallEvent } from "../../mod.ts";
import { Prometheus } from "../../src/metrics/mod.ts";
import { Registry } from "../../src/metrics/registry.ts";
import { OPEN_METRICS, textPieces } from "../../src/metrics/prometheus_text.ts";
import { formatFor } from "../../src/metrics/scrape.ts";
import { readExposition } from "./support/exposition.ts";

/** A call of a server, from its begin to its end. */
function* callOf(method: string, callId: number): Generator<CallEvent> {
  const status = callId % 2;
  yield {
    type: "server-call-started",
    at: 0,
    serverId: 1,
    callId,
    method,
    isKnown: true,
    requestStream: false,
    responseStream: false,
    peer: "",
    connectionId: 1,
    streamId: 1,
  };
  yield {
    type: "server-call-ended",
    at: 0,
    callId,
    by: "local",
    status,
    statusMessage: "",
    duration: callId % 97,
    messagesSent: 1,
    messagesReceived: 1,
    octetsSent: callId,
    octetsReceived: callId,
  };
}

/** What has measured calls of so many methods, each with two ends. */
function measured(methods: number): Prometheus {
  const prometheus = new Prometheus({ experimental: false });
  for (let i = 0; i < 2 * methods; i++) {
    const method = `/acme.Service/Method${i >> 1}`;
    for (const event of callOf(method, i)) prometheus.call(event);
  }
  return prometheus;
}

Deno.test("a long answer is made in pieces, and others have their turn before the next", async () => {
  const prometheus = measured(1_000);
  let turns = 0;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  let isOver = false;
  setImmediate(count);
  const decoder = new TextDecoder();
  let text = "";
  let pieces = 0;
  let longest = 0;
  for await (const piece of prometheus.response().body!) {
    pieces++;
    longest = Math.max(longest, piece.length);
    text += decoder.decode(piece);
  }
  isOver = true;
  assertEquals(text.length, prometheus.metrics().length);
  assert(text.length > 15_000_000, `${text.length}`);
  assert(longest < 80_000, `${longest}`);
  // A stream asks for one piece ahead.
  assert(turns >= pieces - 2, `${turns} turns in ${pieces} pieces`);
});

Deno.test("what is measured meanwhile tears no histogram", async () => {
  const prometheus = measured(500);
  const decoder = new TextDecoder();
  let text = "";
  let callId = 10_000;
  for await (const piece of prometheus.response().body!) {
    text += decoder.decode(piece);
    for (const method of ["/acme.Service/Method0", `/acme.New/M${callId}`]) {
      for (const event of callOf(method, callId++)) prometheus.call(event);
    }
  }
  const metrics = readExposition(text);
  assertEquals(metrics.size, 4);
});

Deno.test("who goes away ends the making of an answer", async () => {
  const prometheus = measured(500);
  const reader = prometheus.response().body!.getReader();
  await reader.read();
  await reader.cancel();
  const { done } = await reader.read();
  assert(done);
});

Deno.test("a short answer is one piece", async () => {
  const body = measured(1).response().body!;
  assertEquals((await Array.fromAsync(body)).length, 1);
});

const PROMETHEUS_3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

for (
  const [accept, isOpen] of [
    [PROMETHEUS_3, true],
    ["application/openmetrics-text", true],
    ["application/openmetrics-text; version=1.0.0, text/plain;q=0.5", true],
    ["text/plain, application/openmetrics-text;q=0.5", false],
    ["application/openmetrics-text;version=2.0.0", false],
    ["application/openmetrics-text;q=0", false],
    ["text/html, */*", false],
    ["*/*", false],
    ["", false],
    [null, false],
  ] as const
) {
  Deno.test(`who accepts ${accept} gets ${isOpen ? "OpenMetrics" : "text"}`, () => {
    assertEquals(formatFor(accept) === OPEN_METRICS, isOpen);
  });
}

Deno.test("the answer in OpenMetrics has its type and its end", async () => {
  const headers = { accept: PROMETHEUS_3 };
  const request = new Request("http://localhost/metrics", { headers });
  const response = measured(1).response(request);
  assertEquals(
    response.headers.get("content-type"),
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  );
  const text = await response.text();
  assert(text.includes("# TYPE grpc_server_call_started counter\n"), text);
  assert(text.includes("\ngrpc_server_call_started_total{"), text);
  assert(text.endsWith("\n# EOF\n"), text);
  const empty = new Prometheus().response(request);
  assertEquals(await empty.text(), "# EOF\n");
});

Deno.test("OpenMetrics has units, and bounds as Go and Python write them", () => {
  const registry = new Registry(10);
  const advice = {
    explicitBucketBoundaries: [0, 1e-5, 0.0003, 0.5, 1, 262_144, 1_048_576],
  };
  const description = 'says "what" \\ why\nand how';
  registry.createHistogram("a.b", { unit: "s", description, advice })
    .record(0.4, { "c.d": 'e"\n' });
  registry.createUpDownCounter("z").add(-1, {});
  registry.createCounter("y", { unit: "{call}" }).add(2, {});
  assertEquals(
    [...textPieces(registry.families, OPEN_METRICS)].join(""),
    [
      "# TYPE a_b_seconds histogram",
      "# UNIT a_b_seconds seconds",
      '# HELP a_b_seconds says \\"what\\" \\\\ why\\nand how',
      ...["0.0", "1e-05", "0.0003"].map((le) =>
        `a_b_seconds_bucket{c_d="e\\"\\n",le="${le}"} 0`
      ),
      ...["0.5", "1.0", "262144.0", "1.048576e+06", "+Inf"].map((le) =>
        `a_b_seconds_bucket{c_d="e\\"\\n",le="${le}"} 1`
      ),
      'a_b_seconds_sum{c_d="e\\"\\n"} 0.4',
      'a_b_seconds_count{c_d="e\\"\\n"} 1',
      "# TYPE y counter",
      "# HELP y ",
      "y_total 2",
      "# TYPE z gauge",
      "# HELP z ",
      "z -1",
      "# EOF\n",
    ].join("\n"),
  );
});
