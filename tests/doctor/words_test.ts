import { assertEquals, assertThrows } from "@std/assert";
import { lint, type LintOptions, stacks } from "../../src/doctor/mod.ts";
import { Channel, serve } from "../../mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { readClient, readServer } from "../../src/doctor/stacks/mod.ts";

/** What cannot be used, and what is said of it. */
const REFUSED: readonly [LintOptions, string][] = [
  [{ pth: [] } as object, 'unknown key "pth", did you mean "path"?'],
  [{ path: "aws-nbl" }, 'unknown preset "aws-nbl", did you mean "aws-nlb"?'],
  [{ path: "zzzzzzz" }, 'unknown preset "zzzzzzz", expected one of aws-alb'],
  [
    { path: "nginx=soon" },
    'idle of a hop: expected milliseconds above 0 or a text such as "60s", received "soon"',
  ],
  [{ path: "sing-box" }, "sing-box has no limit by default"],
  [{ path: [{ idle: "60s" }] }, "expected the name of a preset, or layer"],
  [{ path: [{ idle: "60s", layer: 5 as 4 }] }, "expected the name of a preset"],
  [{ path: [{ preset: "nginx", layr: 7 } as object] }, 'did you mean "layer"?'],
  [
    { path: [{ preset: "nginx", layer: 5 as 4 }] },
    "expected 4 or 7, received 5",
  ],
  [
    { client: { keepalive: { tim: 1 } } },
    'unknown key "keepalive.tim", did you mean "keepalive.time"?',
  ],
  [
    { client: { keepalve: {} } },
    'unknown key "keepalve", did you mean "keepalive"?',
  ],
  [{ client: { stack: "grpc-og" as "grpc-go" } }, 'received "grpc-og"'],
  [
    { client: { stack: "grpc-go", Timee: 1 } },
    'unknown key "Timee", did you mean "Time"?',
  ],
  [
    { client: { Time: "20" } },
    'Cannot use ClientParameters.Time: expected "20s" or nanoseconds',
  ],
  [{ client: { Time: -1 } }, "received -1"],
  [{ client: { Time: NaN } }, "received NaN"],
  [{ client: { keep_alive_timeout: { secs: NaN } } }, 'such as "20s"'],
  [null as unknown as LintOptions, "expected an object, received null"],
  [{ client: null } as unknown as LintOptions, "received null"],
  [{ path: [5] } as unknown as LintOptions, "received 5"],
  [
    { client: { stack: 5 } } as unknown as LintOptions,
    "stack of the client: expected",
  ],
  [{ client: JSON.parse('{"__proto__":1}') }, 'unknown key "__proto__"'],
  [
    { client: { keepAliveTime: 20 } },
    'with its unit, such as [20, "SECONDS"], received 20',
  ],
  [{ client: { keepAliveTime: [20, "SECS"] } }, 'received [20,"SECS"]'],
  [
    { client: { "grpc.keepalive_time_s": 1 } },
    'did you mean "grpc.keepalive_time_ms"?',
  ],
  [{ client: { "grpc.keepalive_time_ms": "20s" } }, 'received "20s"'],
  [
    { client: { "grpc.keepalive_permit_without_calls": 2 } },
    "expected 0 or 1, received 2",
  ],
  [
    { server: { stack: "grpc-js", "grpc.http2.max_ping_strikes": 2 } },
    'unknown key "grpc.http2.max_ping_strikes"',
  ],
  [
    { client: { http2_keepalive_interval: "20s" } },
    'did you mean "http2_keep_alive_interval"?',
  ],
  [
    { client: { connection_keepalive: { intervall: "20s" } } },
    'did you mean "connection_keepalive.interval"?',
  ],
  [
    { client: [] as unknown as LintOptions["client"] },
    "expected an object, received an array",
  ],
  [{ client: { keepalive: { time: "soon" } } }, "keepalive.time"],
  [{ calls: { deadline: 0 } }, "calls.deadline: expected milliseconds above 0"],
  [{ calls: { rtt: "soon" } }, "calls.rtt"],
  [{ calls: { frezes: true } as object }, 'did you mean "freezes"?'],
];

Deno.test("what cannot be used is refused, with the nearest that can", () => {
  for (const [options, text] of REFUSED) {
    const error = assertThrows(() => lint(options), Error, text);
    const isRefusal = error instanceof TypeError || error instanceof RangeError;
    assertEquals(isRefusal, true, `${error}`);
    assertEquals(error.message.includes("\n"), false);
  }
});

/** The same in the words of each stack. */
const SAME: readonly LintOptions["client"][] = [
  { keepalive: { time: 20_000, timeout: 5_000, permitWithoutStream: true } },
  { keepalive: { time: "20s", timeout: "5s", permitWithoutStream: true } },
  { Time: "20s", Timeout: "5s", PermitWithoutStream: true },
  { ClientParameters: { Time: 20e9, Timeout: 5e9, PermitWithoutStream: true } },
  {
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 5_000,
    "grpc.keepalive_permit_without_calls": 1,
  },
  {
    stack: "grpc-js",
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 5_000,
    "grpc.keepalive_permit_without_calls": 1,
  },
  {
    keepAliveTime: [20, "SECONDS"],
    keepAliveTimeout: "5 TimeUnit.SECONDS",
    keepAliveWithoutCalls: true,
  },
  {
    http2_keep_alive_interval: { secs: 20, nanos: 0 },
    keep_alive_timeout: "5s",
    keep_alive_while_idle: true,
  },
  {
    http2_protocol_options: {
      connection_keepalive: {
        interval: "20s",
        timeout: "5s",
        interval_jitter: { value: 0 },
      },
    },
  },
];

Deno.test("each stack says the same in its own words, and is known by them", () => {
  const known = new Set<string>();
  for (const options of SAME) {
    const { values, stack } = readClient(options);
    known.add(stack.name);
    const { time, timeout, permitWithoutStream } = values;
    assertEquals([time, timeout, permitWithoutStream], [20_000, 5_000, true]);
  }
  assertEquals([...known].toSorted(), [...stacks].toSorted());
});

Deno.test("the defaults of this library are those of its options", () => {
  const { keepalive } = clientParameters();
  const { values } = readClient();
  assertEquals(values.timeout, keepalive.timeout);
  assertEquals(values.permitWithoutStream, keepalive.permitWithoutStream);
  assertEquals(values.minimumTime, keepalive.minimumTime);
  assertEquals(values.maxPingsWithoutData, keepalive.maxPingsWithoutData);
  const server = serverParameters();
  const mine = readServer().values;
  assertEquals(mine.time, server.keepalive.time);
  assertEquals(mine.timeout, server.keepalive.timeout);
  assertEquals(mine.minTime, server.enforcement.minTime);
  assertEquals(mine.maxPingStrikes, server.enforcement.maxPingStrikes);
  assertEquals(mine.maxConnectionAge, server.age.maxConnectionAge);
});

Deno.test("the default interval is that of a channel", async () => {
  for (const [random, index] of [[0, 0], [1 - 1e-9, 1]]) {
    await using channel = new Channel("localhost:1", { random: () => random });
    const [client] = lint().facts[0].slice(1);
    const range = /([\d.]+) to ([\d.]+) s/.exec(client)?.slice(1) ?? [];
    assertEquals(
      Math.round(channel.keepalive.time),
      Number(range[index]) * 1_000,
    );
  }
});

/** The keys that options may have, out of the error for one that is none. */
function keysOf(run: () => unknown): string[] {
  const { message } = assertThrows(run, TypeError);
  return message.split("expected one of ")[1].split(", ");
}

Deno.test("all options of a channel and of serve are accepted", () => {
  const strange = { "?": 1 } as object;
  for (const key of keysOf(() => new Channel("localhost:1", strange))) {
    if (!["keepalive", "backoff", "heartbeat"].includes(key)) {
      const value = { verify: "off", verifyAfter: 1_000, idleTimeout: 1_000 };
      lint({
        client: { stack: "keepalive", [key]: value[key as "verify"] ?? 1 },
      });
    }
  }
  for (const key of keysOf(() => serve(strange, []))) {
    if (!["keepalive", "enforcement", "heartbeat"].includes(key)) {
      lint({ server: { stack: "keepalive", [key]: 1 } });
    }
  }
});
