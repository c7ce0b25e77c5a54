import { assert, assertEquals, assertThrows } from "@std/assert";
import { requireOptionKeys } from "../../src/options/mod.ts";
import { OTHER_NAMES } from "../../src/options/other_names.ts";
import { PLACES, plain } from "../../src/options/places.ts";

const CHANNEL = "keepalive backoff tls idleTimeout authority onEvent recorder \
clock network random verify".split(" ");

const told: [owner: string, known: string[], key: string, advice: string][] = [
  [
    "the channel options",
    CHANNEL,
    "maxReceiveMessageLength",
    "which is maxReceiveMessageLength of a call or of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "time",
    "which is keepalive.time of a channel or of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "MaxConnectionAge",
    "which is keepalive.maxConnectionAge of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "max_connection_age_grace",
    "which is keepalive.maxConnectionAgeGrace of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "grpc.keepalive_time_ms",
    "which is keepalive.time of a channel or of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "PermitWithoutStream",
    "which is keepalive.permitWithoutStream of a channel, or enforcement.permitWithoutStream of a server",
  ],
  [
    "the channel options",
    CHANNEL,
    "grpc.client_idle_timeout_ms",
    'did you mean "idleTimeout"?',
  ],
  [
    "the channel options",
    CHANNEL,
    "ClientParameters",
    'did you mean "keepalive"?',
  ],
  [
    "the channel options",
    CHANNEL,
    "idelTimeout",
    'did you mean "idleTimeout"?',
  ],
  [
    "the channel options",
    CHANNEL,
    "zzzzzzzz",
    `expected one of ${CHANNEL.join(", ")}`,
  ],
  [
    "the keepalive options",
    ["time", "timeout"],
    "Time",
    'did you mean "time"?',
  ],
  [
    "the keepalive options",
    ["time", "timeout"],
    "interval",
    'did you mean "time"?',
  ],
  [
    "the keepalive options",
    ["time", "timeout"],
    "keepAliveTimeout",
    'did you mean "timeout"?',
  ],
  [
    "the keepalive options",
    ["time", "timeout"],
    "minTime",
    "expected one of time, timeout; that is enforcement.minTime of a server",
  ],
  [
    "the call options",
    ["deadline", "metadata"],
    "timeout",
    'did you mean "deadline"?',
  ],
  // Near to another one that is there, and known elsewhere by its own name.
  [
    "the serve options",
    ["maxConnections", "keepalive"],
    "maxConnectionAge",
    "expected one of maxConnections, keepalive; that is keepalive.maxConnectionAge of a server",
  ],
];

for (const [owner, known, key, advice] of told) {
  Deno.test(`"${key}" in ${owner}: ${advice.slice(0, 60)}`, () => {
    const { message } = assertThrows(
      () => requireOptionKeys(owner, { [key]: 1 }, known),
      TypeError,
    );
    assertEquals(
      message,
      `Cannot use ${owner}: unknown key "${key}", ${advice}`,
    );
  });
}

Deno.test("each name of another stack stands for options that are there, and once", () => {
  const paths = PLACES.flatMap(({ group, keys }) =>
    keys.map((key) => group + key)
  );
  const seen = new Set<string>();
  for (const [meant, names] of OTHER_NAMES) {
    for (const path of meant) assert(paths.includes(path), path);
    for (const name of names.map(plain)) {
      assert(!seen.has(name), name);
      seen.add(name);
    }
  }
});

Deno.test("a key of an object's prototype is no known name", () => {
  const { message } = assertThrows(
    () => requireOptionKeys("the call options", { constructor: 1 }, ["time"]),
    TypeError,
  );
  assertEquals(
    message,
    'Cannot use the call options: unknown key "constructor", expected one of time',
  );
});
