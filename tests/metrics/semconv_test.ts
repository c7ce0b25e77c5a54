import { assertEquals, assertThrows } from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { otelObserver, Prometheus } from "../../src/metrics/mod.ts";
import { ADDRESS, World } from "../simulation/support/world.ts";
import { readExposition, valueOf } from "./support/exposition.ts";
import { FakeProvider } from "./support/fake_provider.ts";

const COMMON = { "rpc.system.name": "grpc", "rpc.method": "test.Echo/Unary" };
const SERVER = { "server.address": "10.0.0.1", "server.port": 50_051 };

/** What is measured of one call that ends in some way. */
async function measured(status: number): Promise<FakeProvider> {
  const meterProvider = new FakeProvider();
  const observer = otelObserver({
    meterProvider,
    names: "semconv",
    experimental: false,
  });
  const world = new World(1, {
    channel: { observer },
    server: {
      observer,
      interceptors: [(_, proceed) => {
        if (status === Status.OK) return proceed();
        throw new GrpcError(status, "");
      }],
    },
  });
  world.call();
  await world.clock.advance(1_000);
  await world.end();
  return meterProvider;
}

Deno.test("the names of the semantic conventions have their attributes and buckets, and those of gRPC are not there", async () => {
  const { instruments, values } = await measured(Status.OK);
  const bounds = [
    ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5],
    ...[7.5, 10],
  ];
  assertEquals(
    [...instruments].map(([name, { unit, advice }]) => [name, unit, advice]),
    ["rpc.client.call.duration", "rpc.server.call.duration"].map((name) => [
      name,
      "s",
      { explicitBucketBoundaries: bounds },
    ]),
  );
  assertEquals(
    values.map(([name, , attributes]) => [name, attributes]).sort(),
    [
      ["rpc.client.call.duration", {
        ...COMMON,
        ...SERVER,
        "rpc.status_code": "OK",
      }],
      ["rpc.server.call.duration", { ...COMMON, "rpc.status_code": "OK" }],
    ],
  );
});

for (
  const [status, name, isServers] of [
    [Status.NOT_FOUND, "NOT_FOUND", false],
    [Status.INTERNAL, "INTERNAL", true],
  ] as const
) {
  Deno.test(`${name} is an error of the client${isServers ? " and the server" : ""} in the semantic conventions`, async () => {
    const { values } = await measured(status);
    const errors = values.map(([metric, , attributes]) => [
      metric,
      attributes["rpc.status_code"],
      attributes["error.type"] ?? "none",
    ]).sort();
    assertEquals(errors, [
      ["rpc.client.call.duration", name, name],
      ["rpc.server.call.duration", name, isServers ? name : "none"],
    ]);
  });
}

Deno.test("a method that the server has not is _OTHER in the semantic conventions", () => {
  const meterProvider = new FakeProvider();
  const observer = otelObserver({ meterProvider, names: "semconv" });
  observer.call!({
    type: "server-call-started",
    at: 0,
    serverId: 1,
    callId: 2,
    method: "/a.B/C",
    isKnown: false,
    requestStream: false,
    responseStream: false,
    peer: "",
    connectionId: 3,
    streamId: 1,
  });
  observer.call!({
    type: "server-call-ended",
    at: 1_500,
    callId: 2,
    by: "local",
    status: Status.UNIMPLEMENTED,
    statusMessage: "",
    duration: 1_500,
    messagesSent: 0,
    messagesReceived: 0,
    octetsSent: 0,
    octetsReceived: 0,
  });
  assertEquals(meterProvider.values, [[
    "rpc.server.call.duration",
    1.5,
    {
      "rpc.system.name": "grpc",
      "rpc.method": "_OTHER",
      "rpc.status_code": "UNIMPLEMENTED",
      "error.type": "UNIMPLEMENTED",
    },
  ]]);
});

Deno.test("Prometheus has the names of a list side by side", async () => {
  const prometheus = new Prometheus({
    names: ["grpc", "semconv"],
    experimental: false,
  });
  const world = new World(1, { channel: { observer: prometheus } });
  world.call();
  await world.clock.advance(1_000);
  await world.end();
  const text = prometheus.metrics();
  const names = [...readExposition(text).keys()];
  assertEquals(names.filter((name) => name.endsWith("call_duration_seconds")), [
    "grpc_client_call_duration_seconds",
    "rpc_client_call_duration_seconds",
  ]);
  const labels = { server_address: "10.0.0.1", server_port: "50051" };
  const count = "rpc_client_call_duration_seconds_count";
  assertEquals(valueOf(text, count, labels), 1, ADDRESS);
});

Deno.test("names that are none are refused", () => {
  const made = (names: unknown) => () =>
    new Prometheus({ names: names as "grpc" });
  assertThrows(made("rpc"), RangeError, "names");
  assertThrows(made(1), TypeError, "names");
  assertThrows(made([]), RangeError, "at least one");
  assertThrows(made(["grpc", "both"]), RangeError, "names[1]");
});
