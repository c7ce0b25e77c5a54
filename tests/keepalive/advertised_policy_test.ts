import { assertEquals } from "@std/assert";
import {
  type AdvertisedPolicy,
  IDLE_LIMIT_SETTING,
  LARGEST_ADVERTISED_TIME,
  parsePolicy,
  POLICY_SETTING,
  policyFindings,
  policyOfSettings,
  policySettings,
  policyText,
} from "../../src/keepalive/advertised_policy.ts";
import { type Random, withSeed } from "../harness/seed.ts";

const policy = (
  minTime: number,
  permitWithoutStream = true,
  idleLimit = Infinity,
): AdvertisedPolicy => ({ minTime, permitWithoutStream, idleLimit });

Deno.test("the settings are those of the page, bit for bit", () => {
  assertEquals(policySettings(policy(20_000)), [[0x4b41, 0x8000_4e20]]);
  assertEquals(policySettings(policy(300_000, false, 60_000)), [
    [0x4b41, 300_000],
    [0x4b42, 60_000],
  ]);
});

Deno.test("0 says nothing, so a policy without a minimum and a permission asks for 1 ms", () => {
  assertEquals(policySettings(policy(0, false)), [[POLICY_SETTING, 1]]);
  assertEquals(policySettings(policy(0)), [[POLICY_SETTING, 0x8000_0000]]);
  assertEquals(policyOfSettings([[POLICY_SETTING, 0]]), undefined);
  assertEquals(policyOfSettings([[IDLE_LIMIT_SETTING, 0]]), undefined);
  assertEquals(policyOfSettings([]), undefined);
  assertEquals(policyOfSettings([[4, 65_535]]), undefined);
});

Deno.test("what does not fit into 31 bits is cut, and fractions are the stricter number", () => {
  assertEquals(policySettings(policy(1e12)), [[POLICY_SETTING, 0xffff_ffff]]);
  assertEquals(policySettings(policy(1.5, false, 2.5)), [
    [POLICY_SETTING, 2],
    [IDLE_LIMIT_SETTING, 2],
  ]);
  assertEquals(policyText(policy(1.5, false, 2.5)), "min=2;permit=0;idle=2");
});

Deno.test("an idle limit may come alone: nothing is asked for then", () => {
  assertEquals(
    policyOfSettings([[IDLE_LIMIT_SETTING, 60_000]]),
    policy(0, true, 60_000),
  );
});

Deno.test(
  "settings and metadata that were written are read as they were",
  withSeed((random: Random) => {
    for (let i = 0; i < 1_000; i++) {
      const permits = random.below(2) === 0;
      const minTime = random.below(2 ** 31 - 2) + 1;
      const idle = random.below(2) === 0 ? Infinity : 1 + random.below(10 ** 7);
      const told = policy(minTime, permits, idle);
      assertEquals(policyOfSettings(policySettings(told)), told);
      assertEquals(parsePolicy(policyText(told)), told);
    }
  }),
);

const READ: [text: string, policy: AdvertisedPolicy | undefined][] = [
  ["min=20000;permit=1;idle=60000", policy(20_000, true, 60_000)],
  ["min=20000;permit=0", policy(20_000, false)],
  ["permit=1; min=0", policy(0)],
  ["min=1;permit=1;later-word=7", policy(1)],
  ["min=1;permit=1;idle=0", policy(1)],
  ["min=999999999999999;permit=1", policy(999_999_999_999_999)],
  ["", undefined],
  ["min=1", undefined],
  ["permit=1", undefined],
  ["min=-1;permit=1", undefined],
  ["min=1e9;permit=1", undefined],
  ["min=1000000000000000;permit=1", undefined],
  ["min=NaN;permit=1", undefined],
  ["min=1;permit=2", undefined],
  ["min=1;min=2;permit=1", undefined],
  ["min=1;permit=1;", undefined],
  ["min=1,permit=1", undefined],
  ["MIN=1;permit=1", undefined],
  ["min=1;permit=1;__proto__=1", undefined],
  ["\u0000", undefined],
  [`min=1;permit=1;${"x=1;".repeat(100_000)}`, undefined],
];

for (const [text, expected] of READ) {
  Deno.test(`"${text.slice(0, 40)}" of ${text.length} characters is ${expected ? "read" : "not read"}`, () => {
    assertEquals(parsePolicy(text), expected);
  });
}

Deno.test("a policy beyond all times that can be read is told as the longest of them", () => {
  const told = parsePolicy(policyText(policy(1e21, true, 1e30)));
  assertEquals(told, policy(999_999_999_999_999, true, 999_999_999_999_999));
});

Deno.test("what a user should know is told, and nothing if there is nothing", () => {
  const told = (
    given: AdvertisedPolicy,
    time: number,
    isHeld = false,
    other?: AdvertisedPolicy,
  ) => policyFindings(given, time, isHeld, other);
  assertEquals(told(policy(20_000), 30_000), []);
  assertEquals(told(policy(20_000, false), 30_000), []);
  assertEquals(told(policy(20_000), 20_000, true, policy(20_000)), []);
  assertEquals(told(policy(20_000), 10_000), [
    "the server asks for 20000 ms between PINGs: keepalive every 20000 ms, not every 10000 ms",
  ]);
  assertEquals(told(policy(0, false), 10_000, true), [
    "the server permits no PINGs without a call: none are sent",
  ]);
  assertEquals(told(policy(2 ** 31 - 1), 10_000), [
    "the server asks for 2147483647 ms between PINGs, of which 7200000 are heeded",
    `the server asks for 2147483647 ms between PINGs: keepalive every ${LARGEST_ADVERTISED_TIME} ms, not every 10000 ms`,
  ]);
  assertEquals(told(policy(0, true, 60_000), 300_000), [
    "the path forgets after 60000 ms of silence, and keepalive is every 300000 ms",
  ]);
  assertEquals(told(policy(1), 10_000, false, policy(2, false)), [
    'SETTINGS and metadata tell different policies, "min=2;permit=0" and "min=1;permit=1": the stricter holds',
  ]);
});
