import { assertEquals, assertThrows } from "@std/assert";
import { Status } from "../../mod.ts";
import type {
  MethodConfig,
  RetryPolicyConfig,
  ServiceConfig,
} from "../../src/client/mod.ts";
import { MethodTable } from "../../src/client/calls/service_config.ts";
import { refusedAs } from "../harness/refused.ts";

const POLICY: RetryPolicyConfig = {
  maxAttempts: 3,
  initialBackoff: "0.1s",
  maxBackoff: "1s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};

function table(...methodConfig: MethodConfig[]): MethodTable {
  return new MethodTable({ methodConfig });
}

function withPolicy(policy: object): MethodTable {
  return table({ name: [{}], retryPolicy: { ...POLICY, ...policy } });
}

Deno.test("of method, service and default the most specific name wins, whole", () => {
  const rules = table(
    { name: [{}], timeout: "1s", waitForReady: true },
    { name: [{ service: "a.B" }], timeout: "2s" },
    { name: [{ service: "a.B", method: "C" }], timeout: "3s" },
  );
  const timeoutOf = (path: string) => rules.rulesOf(path).timeout;
  assertEquals(timeoutOf("/a.B/C"), 3_000);
  assertEquals(timeoutOf("/a.B/D"), 2_000);
  assertEquals(timeoutOf("/a.X/C"), 1_000);
  assertEquals(timeoutOf("/a/C"), 1_000);
  assertEquals(rules.rulesOf("/a.X/C").waitForReady, true);
  assertEquals(rules.rulesOf("/a.B/C").waitForReady, undefined);
});

Deno.test("a method without a config has no rules", () => {
  const none = {
    waitForReady: undefined,
    timeout: Infinity,
    retryPolicy: undefined,
  };
  const rules = table({
    name: [{ service: "a.B", method: "C" }],
    timeout: "3s",
  });
  assertEquals(rules.rulesOf("/a.B/D"), none);
  assertEquals(new MethodTable().rulesOf("/a.B/C"), none);
  assertEquals(new MethodTable({}).rulesOf("/a.B/C"), none);
});

Deno.test("a config holds for all of its names", () => {
  const rules = table({
    name: [{ service: "a.B", method: "C" }, { service: "d.E" }],
    timeout: "1.5s",
  });
  assertEquals(rules.rulesOf("/a.B/C").timeout, 1_500);
  assertEquals(rules.rulesOf("/d.E/F").timeout, 1_500);
  assertEquals(rules.rulesOf("/a.B/F").timeout, Infinity);
});

Deno.test("a retry policy is read: times as milliseconds, codes by name or number", () => {
  const { retryPolicy } = withPolicy({
    retryableStatusCodes: ["UNAVAILABLE", "aborted", 8],
  }).rulesOf("/a.B/C");
  assertEquals(retryPolicy, {
    maxAttempts: 3,
    initialBackoff: 100,
    maxBackoff: 1_000,
    backoffMultiplier: 2,
    retryableStatusCodes: new Set<number>([
      Status.UNAVAILABLE,
      Status.ABORTED,
      Status.RESOURCE_EXHAUSTED,
    ]),
  });
});

for (const [given, used] of [[2, 2], [5, 5], [6, 5], [1_000, 5]]) {
  Deno.test(`${given} attempts count as ${used}`, () => {
    const { retryPolicy } = withPolicy({ maxAttempts: given }).rulesOf("/a/b");
    assertEquals(retryPolicy?.maxAttempts, used);
  });
}

const NAMES: [string, MethodConfig["name"]][] = [
  ["a method", [{ service: "a.B", method: "C" }, {
    service: "a.B",
    method: "C",
  }]],
  ["a service", [{ service: "a.B" }, { service: "a.B", method: "" }]],
  ["the default", [{}, { service: "" }]],
];

for (const [what, [first, second]] of NAMES) {
  Deno.test(`${what} that is named twice is refused, within one config and over two`, () => {
    const within = () => table({ name: [first, second] });
    assertThrows(within, TypeError, "is there twice");
    const over = () => table({ name: [first] }, { name: [second] });
    assertThrows(over, TypeError, "is there twice");
  });
}

const NAMED = { name: [{ service: "a.B" }] };

const UNKNOWN: [string, unknown, string][] = [
  ["the config", { methodConfigs: [] }, 'did you mean "methodConfig"?'],
  ["what is no config", "{}", "expected an object"],
  [
    "a method config",
    { methodConfig: [{ ...NAMED, retry: POLICY }] },
    'unknown key "retry"',
  ],
  [
    "a method config that is none",
    { methodConfig: [null] },
    "expected an object",
  ],
  ["method configs that are no list", { methodConfig: NAMED }, "methodConfig"],
  ["a method config without names", { methodConfig: [{}] }, "name"],
  ["a name that is no list", { methodConfig: [{ name: {} }] }, "name"],
  [
    "a name",
    { methodConfig: [{ name: [{ service: "a.B", methods: "C" }] }] },
    'did you mean "method"?',
  ],
  [
    "a method without a service",
    { methodConfig: [{ name: [{ method: "C" }] }] },
    "it needs a service",
  ],
  [
    "a retry policy",
    { methodConfig: [{ ...NAMED, retryPolicy: { ...POLICY, jitter: 1 } }] },
    'unknown key "jitter"',
  ],
];

for (const [what, config, message] of UNKNOWN) {
  Deno.test(`a mistake in the shape is refused: ${what}`, () => {
    const make = () => new MethodTable(config as ServiceConfig);
    const error = assertThrows(make, TypeError, message);
    assertEquals(error.message.startsWith("Cannot use "), true, error.message);
  });
}

const DURATIONS = [
  "",
  "1",
  "1.5",
  "s",
  "-1s",
  "1.s",
  ".5s",
  "1s ",
  "1m",
  "1e3s",
  1,
];

for (const timeout of DURATIONS) {
  Deno.test(`the timeout ${JSON.stringify(timeout)} is refused`, () => {
    const make = () => table({ ...NAMED, timeout: timeout as string });
    assertThrows(
      make,
      refusedAs(timeout, "string"),
      "Cannot use methodConfig.timeout",
    );
  });
}

for (const waitForReady of ["true", 1, null]) {
  Deno.test(`waitForReady is refused as ${JSON.stringify(waitForReady)}`, () => {
    const config = { ...NAMED, waitForReady } as unknown as MethodConfig;
    assertThrows(() => table(config), TypeError, "waitForReady");
  });
}

const TYPES: Partial<Record<keyof RetryPolicyConfig, string>> = {
  maxAttempts: "number",
  initialBackoff: "string",
  maxBackoff: "string",
  backoffMultiplier: "number",
};

const POLICIES: [keyof RetryPolicyConfig, unknown[]][] = [
  ["maxAttempts", [1, 0, -1, 2.5, NaN, Infinity, "3", undefined]],
  ["initialBackoff", ["0s", "0.000s", "-1s", "1", 1, undefined]],
  ["maxBackoff", ["0s", "-1s", "1", 1, undefined]],
  ["backoffMultiplier", [0, -1, NaN, Infinity, "2", undefined]],
  [
    "retryableStatusCodes",
    [
      [],
      "UNAVAILABLE",
      undefined,
      ["OK"],
      [0],
      [17],
      [-1],
      [1.5],
      ["14"],
      ["UNAVAILABEL"],
      ["UNAVAILABLE", ""],
      [null],
    ],
  ],
];

for (const [key, values] of POLICIES) {
  for (const value of values) {
    Deno.test(`the retry policy refuses ${key}: ${Deno.inspect(value)}`, () => {
      const make = () => withPolicy({ [key]: value });
      const isOfType = typeof value === TYPES[key] ||
        key === "retryableStatusCodes" && Array.isArray(value);
      assertThrows(
        make,
        isOfType ? RangeError : TypeError,
        `Cannot use retryPolicy.${key}`,
      );
    });
  }
}
