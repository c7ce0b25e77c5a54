import { assert, assertEquals } from "@std/assert";
import type { ChannelOptions, ServiceConfig } from "../../../src/client/mod.ts";
import { channelParameters } from "../../../src/client/channel_parameters.ts";
import { MethodTable } from "../../../src/client/calls/service_config.ts";
import { parseChannelTarget } from "../../../src/client/resolving/target.ts";
import {
  clientParameters,
  serverParameters,
  Session,
} from "../../../src/session/mod.ts";
import type { Random } from "../../harness/seed.ts";
import { formatInput } from "../input_text.ts";
import { randomText } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

const PARTS = [
  "dns:",
  "ipv4:",
  "ipv6:",
  "unix:",
  "//",
  "///",
  "/",
  "[",
  "]",
  "::1",
  "127.0.0.1",
  "localhost",
  ":",
  "443",
  "0",
  "65536",
  ",",
  "a.b",
  "%25",
  "x-y://",
  " ",
  "[::1]:1",
  "127.0.0.1:1",
];

/** A target is refused by type, or names addresses that are targets. */
export const targets: Target<{ target: string; resolver: boolean }> = {
  name: "targets",
  about: "targets of channels",
  generate: (random) => ({
    target: Array.from(
      { length: random.below(6) },
      () => random.oneIn(8) ? randomText(random, 5) : random.pick(PARTS),
    ).join(""),
    resolver: random.oneIn(8),
  }),
  run({ target, resolver }) {
    const parsed = unlessRefused(() => parseChannelTarget(target, resolver));
    if (parsed === undefined) return;
    assert(typeof parsed.authority === "string");
    if (parsed.kind === "dns") {
      assert(parsed.port >= 1 && parsed.port <= 65_535, `${parsed.port}`);
      const again = parseChannelTarget(`dns:///${parsed.authority}`);
      assertEquals(again, parsed);
    }
    if (parsed.kind !== "fixed") return;
    assert(parsed.addresses.length > 0, "No address");
    for (const address of parsed.addresses) {
      const again = parseChannelTarget(address);
      assert(again.kind === "fixed", `${address} is no address`);
      assertEquals(again.addresses, [address]);
    }
  },
};

const DURATIONS = [
  "0s",
  "1s",
  "0.1s",
  "1.5s",
  "999999999999s",
  "-1s",
  "1",
  "s",
  "",
  "1e3s",
  "0.0000000001s",
  1,
  null,
  NaN,
];

const CODES = [
  "UNAVAILABLE",
  "unavailable",
  "OK",
  14,
  0,
  17,
  -1,
  "constructor",
  "toString",
  null,
];

/** A service config is refused by type, or holds rules that are numbers. */
export const serviceConfigs: Target<{ config: unknown; path: string }> = {
  name: "service-configs",
  about: "service configs",
  generate: (random) => ({
    config: spoilt(random, {
      methodConfig: Array.from({ length: random.below(3) }, () => ({
        name: Array.from({ length: random.below(3) }, () => ({
          service: random.pick(["a.B", "", "c"]),
          method: random.pick(["M", "", undefined]),
        })),
        waitForReady: random.pick([true, false, undefined]),
        timeout: random.pick([undefined, ...DURATIONS]),
        retryPolicy: random.oneIn(3) ? undefined : {
          maxAttempts: random.pick([2, 5, 100, 1, 0, 2.5, NaN, Infinity, "3"]),
          initialBackoff: random.pick(DURATIONS),
          maxBackoff: random.pick(DURATIONS),
          backoffMultiplier: random.pick([1, 2, 0.5, 0, -1, NaN, Infinity]),
          retryableStatusCodes: Array.from(
            { length: random.below(3) },
            () => random.pick(CODES),
          ),
        },
      })),
    }),
    path: random.pick(["/a.B/M", "/c/X", "", "/", "a", "//"]),
  }),
  run({ config, path }) {
    const table = unlessRefused(() => new MethodTable(config as ServiceConfig));
    if (table === undefined) return;
    const { timeout, retryPolicy } = table.rulesOf(path);
    assert(timeout >= 0, `A timeout of ${timeout}`);
    if (retryPolicy === undefined) return;
    const { maxAttempts, initialBackoff, maxBackoff } = retryPolicy;
    assert(maxAttempts >= 2 && maxAttempts <= 5, `${maxAttempts} attempts`);
    for (const each of [initialBackoff, maxBackoff]) {
      assert(each > 0 && each < Infinity, `A backoff of ${each}`);
    }
    assert(retryPolicy.backoffMultiplier > 0);
    for (const code of retryPolicy.retryableStatusCodes) {
      assert(code >= 1 && code <= 16, `The code ${code}`);
    }
  },
};

/** Options are refused by type, or make a session whose deadline is a time. */
export const options: Target<{ client: unknown; server: unknown }> = {
  name: "options",
  about: "options of clients, servers and channels",
  generate: (random) => ({
    client: spoilt(random, {
      handshakeTimeout: duration(random),
      settingsTimeout: duration(random),
      keepalive: random.oneIn(4) ? undefined : {
        time: duration(random),
        timeout: duration(random),
        permitWithoutStream: flag(random),
        maxPingsWithoutData: count(random),
        minimumTime: duration(random),
      },
    }),
    server: spoilt(random, {
      handshakeTimeout: duration(random),
      maxConcurrentStreams: count(random),
      keepalive: random.oneIn(4) ? undefined : {
        time: duration(random),
        timeout: duration(random),
        maxConnectionIdle: duration(random),
        maxConnectionAge: duration(random),
        maxConnectionAgeGrace: duration(random),
      },
      enforcement: random.oneIn(4) ? undefined : {
        minTime: duration(random),
        permitWithoutStream: flag(random),
        maxPingStrikes: count(random),
        tolerance: duration(random),
      },
    }),
  }),
  run({ client, server }) {
    const given = formatInput([client, server]);
    const parameters = [
      unlessRefused(() => clientParameters(client as object)),
      unlessRefused(() => serverParameters(server as object)),
    ];
    unlessRefused(() => channelParameters("a:1", client as ChannelOptions));
    assertEquals(formatInput([client, server]), given, "They were changed");
    for (const each of parameters) {
      if (each === undefined) continue;
      assert(!/NaN/.test(formatInput(each)), "A parameter that is no number");
      const session = new Session(each, 0);
      assert(session.deadline() > 0, `A deadline of ${session.deadline()}`);
    }
  },
};

/** What a function answers; `undefined` if it refuses its arguments by type. */
function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const isTyped = error instanceof TypeError || error instanceof RangeError;
    const isOurs = isTyped && /^Cannot /.test(error.message);
    if (!isOurs) throw error;
    return undefined;
  }
}

function duration(random: Random): unknown {
  if (!random.oneIn(6)) return random.pick([undefined, 1, 1_000, 1e12, 0.5]);
  return random.pick([
    0,
    -1,
    NaN,
    Infinity,
    -Infinity,
    "1",
    null,
    {},
    [],
    true,
  ]);
}

function count(random: Random): unknown {
  if (!random.oneIn(6)) return random.pick([undefined, 0, 1, 2, 1_000]);
  return random.pick([-1, 0.5, NaN, Infinity, 2 ** 53, "1", null, {}]);
}

function flag(random: Random): unknown {
  return random.oneIn(8) ? random.pick([0, "true", null]) : random.oneIn(2);
}

/** Puts something where it does not belong, at times. */
function spoilt(random: Random, value: unknown): unknown {
  if (random.oneIn(12)) {
    return random.pick([null, undefined, 0, "", [], "x", true, NaN]);
  }
  if (Array.isArray(value)) return value.map((each) => spoilt(random, each));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [
    random.oneIn(40) ? `${key}x` : key,
    random.oneIn(3) ? spoilt(random, each) : each,
  ]);
  return Object.fromEntries(members);
}
