import { assert, assertEquals } from "@std/assert";
import { resolveBackoff } from "../../src/client/connections/backoff.ts";
import {
  Restraint,
  Restraints,
} from "../../src/client/connections/restraint.ts";

/** A connection with so many successful streams, and so many that run. */
function connection(streamsSucceeded = 0, activeStreams = 0) {
  return { activeStreams, counters: () => ({ streamsSucceeded }) };
}

function restraintOf(jitter = 0, random = 0.5, maxBackoff = 120_000) {
  const options = resolveBackoff({ jitter, maxBackoff });
  return new Restraint(options, () => random);
}

/** So many connections, of 10 ms each, come to nothing. */
function inVain(restraint: Restraint, count: number, now = 0): void {
  for (let i = 0; i < count; i++) {
    restraint.ended(connection(), now, now + 10, "it retires");
  }
}

Deno.test("Ten connections that come to nothing cost no pause, further ones more and more", () => {
  const restraint = restraintOf();
  const pauses = Array.from({ length: 14 }, () => {
    inVain(restraint, 1);
    return Math.round(Math.max(0, restraint.notBefore(true)));
  });
  assertEquals(pauses.slice(0, 10), Array(10).fill(0));
  assertEquals(pauses.slice(10), [50, 80, 128, 205]);
});

Deno.test("A call waits five seconds at most, what nobody waits for as long as the backoff may be", () => {
  const restraint = restraintOf();
  inVain(restraint, 60, 1_000);
  assertEquals(restraint.notBefore(true), 6_000);
  assertEquals(restraint.notBefore(false), 121_000);
});

Deno.test("A shorter maxBackoff bounds the pause", () => {
  const restraint = restraintOf(0, 0.5, 1_000);
  inVain(restraint, 60);
  assertEquals(restraint.notBefore(true), 1_000);
});

for (const [random, expected] of [[0, 40], [1, 60]]) {
  Deno.test(`The pause has the jitter of the backoff: 50 ms are ${expected} ms when ${random} is drawn`, () => {
    const restraint = restraintOf(0.2, random);
    inVain(restraint, 11);
    assertEquals(Math.round(restraint.notBefore(true)), expected);
  });
}

Deno.test("A pause counts from the beginning of the attempt", () => {
  const restraint = restraintOf();
  inVain(restraint, 10);
  restraint.ended(connection(), 700, 9_000, "it retires");
  assertEquals(restraint.notBefore(true), 750);
});

Deno.test("An answered call, or ten seconds, make up for all connections before", () => {
  for (const [good, now] of [[connection(1), 1], [connection(), 10_000]]) {
    const restraint = restraintOf();
    inVain(restraint, 30);
    restraint.ended(
      good as ReturnType<typeof connection>,
      0,
      now as number,
      "",
    );
    assertEquals([restraint.inVain, restraint.notBefore(true)], [0, -Infinity]);
  }
});

Deno.test("A retired connection whose calls still run was of use, one that lost them was not", () => {
  const useful = restraintOf();
  const useless = restraintOf();
  for (let i = 0; i < 30; i++) {
    useful.ended(connection(0, 1), 0, 10, "it retires");
    const fickle = { ...connection(), activeStreams: 1 };
    useless.ended(fickle, 0, 10, "it retires");
    fickle.activeStreams = 0;
  }
  assertEquals([useful.inVain, useless.inVain], [1, 30]);
});

Deno.test("Others are better tried first after the second connection in a row", () => {
  const restraint = restraintOf();
  inVain(restraint, 1);
  assertEquals(restraint.isRelegated, false);
  inVain(restraint, 1);
  assertEquals(restraint.isRelegated, true);
});

Deno.test("A restraint says how often, and why", () => {
  const restraint = restraintOf();
  inVain(restraint, 12);
  assertEquals(
    restraint.reason,
    "the last 12 connections ended before they answered a call: it retires",
  );
});

Deno.test("Addresses that come and go keep their restraints until these are over", () => {
  const restraints = new Restraints(() => restraintOf());
  inVain(restraints.of("a"), 20, 1_000);
  restraints.keep(["b"], 2_000);
  assertEquals(restraints.of("a").inVain, 20);
  restraints.keep(["b"], 1_000_000);
  assertEquals(restraints.of("a").inVain, 0);
});

Deno.test("Those of listed addresses are kept for ever", () => {
  const restraints = new Restraints(() => restraintOf());
  const kept = restraints.of("a");
  restraints.keep(["a"], 1e9);
  assert(restraints.of("a") === kept);
});
