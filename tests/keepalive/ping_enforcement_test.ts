import { assertEquals } from "@std/assert";
import {
  type EnforcementOptions,
  PingEnforcement,
  resolveEnforcement,
} from "../../src/keepalive/mod.ts";

function enforcement(options: EnforcementOptions = {}): PingEnforcement {
  return new PingEnforcement(resolveEnforcement(options));
}

/** The verdicts on PINGs at some times. */
function verdicts(
  machine: PingEnforcement,
  times: number[],
  activeStreams = 1,
): string[] {
  return times.map((at) => machine.pingReceived(at, activeStreams));
}

const STRICT = { minTime: 300, tolerance: 0 };

Deno.test("the first PING is free, whenever it comes", () => {
  for (const at of [0, 1, -1e9, 1e9]) {
    assertEquals(enforcement().pingReceived(at, 0), "accepted");
  }
});

Deno.test("three strikes in a row show the client out, two do not", () => {
  const machine = enforcement(STRICT);
  assertEquals(
    verdicts(machine, [10, 20, 30, 40]),
    ["accepted", "strike", "strike", "too-many-pings"],
  );
  assertEquals(machine.strikes, 3);
});

Deno.test("PINGs just minTime apart are legal, less is not", () => {
  assertEquals(
    verdicts(enforcement(STRICT), [0, 300, 600, 899.999]),
    ["accepted", "accepted", "accepted", "strike"],
  );
});

Deno.test("every PING counts as the last one, early or not", () => {
  assertEquals(
    verdicts(enforcement(STRICT), [0, 270, 540]),
    ["accepted", "strike", "strike"],
  );
});

Deno.test("a legal PING takes no strike back, and time takes none either", () => {
  assertEquals(
    verdicts(enforcement(STRICT), [0, 10, 1e7, 1e7 + 10, 2e7, 2e7 + 10]),
    [
      "accepted",
      "strike",
      "accepted",
      "strike",
      "accepted",
      "too-many-pings",
    ],
  );
});

Deno.test("HEADERS or DATA that are written clear the strikes and free one PING", () => {
  const machine = enforcement(STRICT);
  verdicts(machine, [0, 10, 20]);
  assertEquals(machine.strikes, 2);
  machine.written();
  assertEquals(machine.pingReceived(30, 1), "accepted");
  assertEquals(machine.strikes, 0);
  assertEquals(
    verdicts(machine, [40, 50, 60]),
    ["strike", "strike", "too-many-pings"],
  );
});

Deno.test("much that is written frees no more than one PING", () => {
  const machine = enforcement(STRICT);
  machine.written();
  machine.written();
  assertEquals(verdicts(machine, [0, 10]), ["accepted", "strike"]);
});

Deno.test("without streams, two hours must lie between PINGs", () => {
  const machine = enforcement({ ...STRICT, maxPingStrikes: 9 });
  assertEquals(
    verdicts(machine, [0, 7_200_000, 14_399_999], 0),
    ["accepted", "accepted", "strike"],
  );
});

Deno.test("without streams, a minTime of more than two hours stays", () => {
  const machine = enforcement({ minTime: 8_000_000, tolerance: 0 });
  assertEquals(verdicts(machine, [0, 7_300_000], 0), ["accepted", "strike"]);
});

Deno.test("with a permit, minTime holds without streams, too", () => {
  const machine = enforcement({ ...STRICT, permitWithoutStream: true });
  assertEquals(verdicts(machine, [0, 300, 599], 0), [
    "accepted",
    "accepted",
    "strike",
  ]);
});

Deno.test("a PING that is early by no more than the tolerance is no strike", () => {
  const machine = enforcement({ minTime: 300, tolerance: 15 });
  assertEquals(
    verdicts(machine, [0, 285, 570, 854.999]),
    ["accepted", "accepted", "accepted", "strike"],
  );
});

Deno.test("maxPingStrikes says how many are borne; 0 bears them all, and counts", () => {
  const one = enforcement({ ...STRICT, maxPingStrikes: 1 });
  assertEquals(
    verdicts(one, [0, 1, 2]),
    ["accepted", "strike", "too-many-pings"],
  );
  const all = enforcement({ ...STRICT, maxPingStrikes: 0 });
  const burst = verdicts(all, Array.from({ length: 1_000 }, (_, i) => i / 10));
  assertEquals(burst.filter((verdict) => verdict === "strike").length, 999);
  assertEquals(all.strikes, 999);
});

Deno.test("a minTime of 0 allows any PING", () => {
  const machine = enforcement({ minTime: 0, permitWithoutStream: true });
  const burst = verdicts(machine, Array(1_000).fill(5), 0);
  assertEquals(new Set(burst), new Set(["accepted"]));
});
