import { ConsoleWarnings } from "../client/support/console_warnings.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Status } from "../../mod.ts";
import { Prometheus, type PrometheusOptions } from "../../src/metrics/mod.ts";
import type { CallEvent } from "../../src/observe/mod.ts";
import { ADDRESS, World } from "../simulation/support/world.ts";
import { readExposition, valueOf } from "./support/exposition.ts";

const CLIENT = {
  grpc_method: "test.Echo/Unary",
  grpc_target: `dns:///${ADDRESS}`,
};
const SERVER = { grpc_method: "test.Echo/Unary" };

/** What is measured of both ends of a connection that lives for 40 s. */
async function measured(
  options: PrometheusOptions = {},
  scene: (world: World) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const prometheus = new Prometheus(options);
  const world = new World(1, {
    channel: {
      observer: prometheus,
      keepalive: { time: 10_000, permitWithoutStream: true },
    },
    server: {
      observer: prometheus,
      enforcement: { minTime: 5_000, permitWithoutStream: true },
      keepalive: { maxConnectionAge: 30_000 },
    },
  });
  world.call(100);
  world.call(2_000);
  await scene(world);
  await world.clock.advance(40_000);
  await world.end();
  return prometheus.metrics();
}

Deno.test("what was measured is in the text format, and no more than that", async () => {
  assertEquals(new Prometheus().metrics(), "");
  const metrics = readExposition(await measured());
  assertEquals([...metrics.keys()], [
    "grpc_client_attempt_duration_seconds",
    "grpc_client_attempt_rcvd_total_compressed_message_size_bytes",
    "grpc_client_attempt_sent_total_compressed_message_size_bytes",
    "grpc_client_attempt_started_total",
    "grpc_client_call_duration_seconds",
    "grpc_server_call_duration_seconds",
    "grpc_server_call_rcvd_total_compressed_message_size_bytes",
    "grpc_server_call_sent_total_compressed_message_size_bytes",
    "grpc_server_call_started_total",
    "grpc_subchannel_connection_attempts_succeeded_total",
    "grpc_subchannel_disconnections_total",
    "grpc_subchannel_open_connections",
    "keepalive_connection_age_seconds",
    "keepalive_interval_seconds",
    "keepalive_ping_acked_total",
    "keepalive_ping_rtt_seconds",
    "keepalive_ping_sent_total",
  ]);
});

Deno.test("the calls of both ends are measured", async () => {
  const text = await measured();
  const started = "grpc_client_attempt_started_total";
  assertEquals(valueOf(text, started, CLIENT), 2);
  assertEquals(valueOf(text, "grpc_server_call_started_total", SERVER), 2);
  const ok = { grpc_status: "OK" };
  for (
    const name of [
      "grpc_client_attempt_sent_total_compressed_message_size_bytes",
      "grpc_client_attempt_rcvd_total_compressed_message_size_bytes",
      "grpc_server_call_sent_total_compressed_message_size_bytes",
      "grpc_server_call_rcvd_total_compressed_message_size_bytes",
    ]
  ) {
    const labels = name.includes("client") ? { ...CLIENT, ...ok } : {
      ...SERVER,
      ...ok,
    };
    assertEquals(valueOf(text, `${name}_count`, labels), 2);
    assertEquals(valueOf(text, `${name}_sum`, labels), 2_100);
    const upTo = (le: string) => valueOf(text, `${name}_bucket`, { le });
    assertEquals([upTo("0"), upTo("1024"), upTo("2048")], [0, 1, 2]);
  }
  for (const what of ["client_call", "client_attempt", "server_call"]) {
    const name = `grpc_${what}_duration_seconds`;
    assertEquals(valueOf(text, `${name}_count`, ok), 2);
    const sum = valueOf(text, `${name}_sum`, ok)!;
    assert(sum >= 0 && sum < 0.2, `${sum}`);
  }
});

Deno.test("connections and their PINGs are measured", async () => {
  const text = await measured();
  const { grpc_target } = CLIENT;
  const drain = { "grpc_disconnect_error": "GOAWAY NO_ERROR", grpc_target };
  const of = (what: string, labels = {}) =>
    valueOf(text, `grpc_subchannel_${what}`, labels);
  assertEquals(of("connection_attempts_succeeded_total", { grpc_target }), 1);
  assertEquals(of("disconnections_total", drain), 1);
  assertEquals(of("open_connections", { grpc_security_level: "none" }), 0);
  const pings = { keepalive_role: "client", grpc_target };
  const purpose = { ...pings, keepalive_ping_purpose: "keepalive" };
  const sent = valueOf(text, "keepalive_ping_sent_total", purpose)!;
  assert(sent >= 2, `${sent}`);
  assertEquals(valueOf(text, "keepalive_ping_acked_total", purpose), sent);
  assertEquals(
    valueOf(text, "keepalive_ping_rtt_seconds_count", purpose),
    sent,
  );
  const rtt = valueOf(text, "keepalive_ping_rtt_seconds_sum", purpose)! / sent;
  assert(rtt >= 0.01 && rtt < 0.02, `${rtt}`);
  const age = valueOf(text, "keepalive_connection_age_seconds_sum", pings)!;
  assert(age > 25 && age < 36, `${age}`);
});

Deno.test("a server that is gone is a connection that timed out, and PINGs that are lost", async () => {
  const prometheus = new Prometheus();
  const world = new World(1, {
    server: { enforcement: { advertise: false } },
    channel: {
      observer: prometheus,
      keepalive: { time: 10_000, timeout: 2_000, permitWithoutStream: true },
    },
  });
  world.call();
  await world.clock.advance(1_000);
  world.network.dark();
  await world.clock.advance(20_000);
  const text = prometheus.metrics();
  const lost = { keepalive_ping_purpose: "keepalive" };
  assertEquals(valueOf(text, "keepalive_ping_lost_total", lost), 1);
  assertEquals(
    valueOf(text, "grpc_subchannel_disconnections_total", {
      grpc_disconnect_error: "connection timed out",
    }),
    1,
  );
  await world.end();
});

Deno.test("without the experimental ones there are those of calls alone", async () => {
  const prometheus = new Prometheus({ experimental: false });
  assertEquals([prometheus.channel, prometheus.connection], [
    undefined,
    undefined,
  ]);
  const text = await measured({ experimental: false });
  assertEquals(readExposition(text).size, 9);
});

Deno.test("go-grpc-prometheus' names are there when asked for", async () => {
  const names = [
    "grpc_client_handled_total",
    "grpc_client_handling_seconds",
    "grpc_client_msg_received_total",
    "grpc_client_msg_sent_total",
    "grpc_client_started_total",
    "grpc_server_handled_total",
    "grpc_server_handling_seconds",
    "grpc_server_msg_received_total",
    "grpc_server_msg_sent_total",
    "grpc_server_started_total",
  ];
  const text = await measured({ names: "legacy", experimental: false });
  assertEquals([...readExposition(text).keys()], names);
  const labels = {
    grpc_type: "unary",
    grpc_service: "test.Echo",
    grpc_method: "Unary",
  };
  for (const name of names.filter((name) => name.endsWith("_total"))) {
    assertEquals(valueOf(text, name, labels), 2, name);
  }
  const handled = { ...labels, grpc_code: "OK" };
  assertEquals(valueOf(text, "grpc_server_handled_total", handled), 2);
  const bucket = { ...labels, le: "0.1" };
  const seconds = "grpc_client_handling_seconds_bucket";
  assertEquals(valueOf(text, seconds, bucket), 2);
  const both = await measured({ names: "both" });
  assertEquals(readExposition(both).size, 17 + names.length);
});

/** A call of a client that was tried three times, in two ways. */
const RETRIED: readonly CallEvent[] = [
  {
    type: "call-started",
    at: 0,
    channelId: 1,
    callId: 1,
    method: "/a.B/C",
    target: "a:1",
    requestStream: false,
    responseStream: false,
  },
  ...(["first", "transparent", "policy"] as const).flatMap((
    cause,
    index,
  ): CallEvent[] => [{
    type: "attempt-started",
    at: index,
    callId: 1,
    attemptId: index,
    number: index + 1,
    cause,
    previousAttempts: index,
  }, {
    type: "attempt-ended",
    at: index,
    callId: 1,
    attemptId: index,
    by: "peer",
    status: index < 2 ? Status.UNAVAILABLE : Status.OK,
    statusMessage: "",
    duration: 1,
    messagesSent: 1,
    messagesReceived: 1,
    octetsSent: 1,
    octetsReceived: 1,
  }]),
  {
    type: "call-ended",
    at: 9,
    callId: 1,
    retries: 1,
    transparentRetries: 1,
    retryDelay: 250,
    status: Status.OK,
    statusMessage: "",
    duration: 9,
  },
];

Deno.test("retries are measured of calls that had some", () => {
  const prometheus = new Prometheus();
  for (const event of RETRIED) prometheus.call(event);
  const text = prometheus.metrics();
  const of = (name: string, labels = {}) =>
    valueOf(text, `grpc_client_${name}`, labels);
  assertEquals(of("attempt_started_total"), 3);
  const status = (name: string) => ({ grpc_status: name });
  const attempts = "attempt_duration_seconds_count";
  assertEquals(of(attempts, status("UNAVAILABLE")), 2);
  assertEquals(of(attempts, status("OK")), 1);
  assertEquals(of("call_duration_seconds_count"), 1);
  assertEquals(of("call_retries_bucket", { le: "1" }), 1);
  assertEquals(of("call_transparent_retries_sum"), 1);
  assertEquals(of("call_retry_delay_seconds_sum"), 0.25);
});

Deno.test("the last attempt of a call is measured although the call ended before", () => {
  const prometheus = new Prometheus();
  const [started, first, ended] = RETRIED;
  for (const event of [started, first, RETRIED.at(-1)!, ended, ended]) {
    prometheus.call(event);
  }
  const text = prometheus.metrics();
  const name = "grpc_client_attempt_duration_seconds_count";
  assertEquals(valueOf(text, name), 1);
});

/** A call of a server, from its headers to its end. */
function serverCall(
  callId: number,
  method: string,
  { isKnown = true, status = 0 }: { isKnown?: boolean; status?: number } = {},
): CallEvent[] {
  return [{
    type: "server-call-started",
    at: 0,
    serverId: 1,
    callId,
    method,
    isKnown,
    requestStream: false,
    responseStream: true,
    peer: "",
    connectionId: 1,
    streamId: 1,
  }, {
    type: "server-call-ended",
    at: 1_500,
    callId,
    by: "local",
    status,
    statusMessage: "",
    duration: 1_500,
    messagesSent: 3,
    messagesReceived: 1,
    octetsSent: 0,
    octetsReceived: 5,
  }];
}

Deno.test("a method that the server has not is other, whatever it is called", () => {
  const prometheus = new Prometheus({ names: "both" });
  for (let i = 0; i < 5_000; i++) {
    const events = serverCall(i, `/a${i}.B/C`, {
      isKnown: false,
      status: Status.UNIMPLEMENTED,
    });
    for (const event of events) prometheus.call(event);
  }
  const text = prometheus.metrics();
  const started = "grpc_server_call_started_total";
  assertEquals(valueOf(text, started, { grpc_method: "other" }), 5_000);
  const handled = {
    grpc_method: "other",
    grpc_service: "other",
    grpc_code: "Unimplemented",
  };
  assertEquals(valueOf(text, "grpc_server_handled_total", handled), 5_000);
  assert(text.length < 20_000);
});

Deno.test("methods without end end up as other, and codes that are none as UNKNOWN", () => {
  const prometheus = new Prometheus();
  for (let i = 0; i < 3_000; i++) {
    const events = serverCall(i, `/a.B/C${i}`, { status: 17 + i });
    for (const event of events) prometheus.call(event);
  }
  const text = prometheus.metrics();
  const started = "grpc_server_call_started_total";
  assertEquals(valueOf(text, started, { grpc_method: "other" }), 2_000);
  const statuses = readExposition(text)
    .get("grpc_server_call_duration_seconds")!.samples
    .map(({ labels }) => labels.grpc_status);
  assertEquals([...new Set(statuses)], ["UNKNOWN"]);
});

Deno.test("what is one set of labels too many counts as overflow", () => {
  const prometheus = new Prometheus({ maxSeries: 3, experimental: false });
  for (let i = 0; i < 10; i++) {
    for (const event of serverCall(i, `/a.B/C${i}`)) prometheus.call(event);
  }
  const text = prometheus.metrics();
  const started = "grpc_server_call_started_total";
  assertEquals(readExposition(text).get(started)!.samples.length, 3);
  assertEquals(valueOf(text, started, { otel_metric_overflow: "true" }), 8);
});

Deno.test("a method with strange characters is escaped", () => {
  const prometheus = new Prometheus();
  const method = '/a"\\\n.B/C';
  for (const event of serverCall(1, method)) prometheus.call(event);
  const labels = { grpc_method: 'a"\\\n.B/C' };
  const text = prometheus.metrics();
  assertEquals(valueOf(text, "grpc_server_call_started_total", labels), 1);
});

Deno.test("a value that is a bound belongs to that bucket", () => {
  const prometheus = new Prometheus();
  for (const event of serverCall(1, "/a.B/C")) prometheus.call(event);
  const name = "grpc_server_call_duration_seconds_bucket";
  const upTo = (le: string) => valueOf(prometheus.metrics(), name, { le });
  assertEquals([upTo("1"), upTo("2"), upTo("+Inf")], [0, 1, 1]);
  const size = "grpc_server_call_sent_total_compressed_message_size_bytes";
  const none = valueOf(prometheus.metrics(), `${size}_bucket`, { le: "0" });
  assertEquals(none, 1);
});

Deno.test("the answer to a scrape has the type of the format", async () => {
  const prometheus = new Prometheus();
  for (const event of serverCall(1, "/a.B/C")) prometheus.call(event);
  const response = prometheus.response();
  assertEquals(
    response.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  assertStringIncludes(await response.text(), "# TYPE grpc_server_call");
});

Deno.test("options that cannot be are refused", () => {
  const made = (options: object) => () => new Prometheus(options);
  assertThrows(made({ name: "both" }), TypeError, "names");
  assertThrows(made({ names: "all" }), RangeError, "names");
  assertThrows(made({ experimental: 1 }), TypeError, "experimental");
  assertThrows(made({ maxSeries: 0 }), RangeError, "maxSeries");
});

Deno.test("the interval of a client's keepalive is measured when its server tells a policy", async () => {
  using _ = new ConsoleWarnings();
  const prometheus = new Prometheus();
  const world = new World(1, {
    server: { enforcement: { minTime: 20_000 } },
    channel: { observer: prometheus, keepalive: { time: 10_000 } },
  });
  world.call();
  await world.clock.advance(1_000);
  const text = prometheus.metrics();
  for (const source of ["settings", "metadata"]) {
    const labels = {
      grpc_target: CLIENT.grpc_target,
      keepalive_policy_source: source,
    };
    assertEquals(valueOf(text, "keepalive_interval_seconds_sum", labels), 20);
    assertEquals(valueOf(text, "keepalive_interval_seconds_count", labels), 1);
  }
  await world.end();
});
