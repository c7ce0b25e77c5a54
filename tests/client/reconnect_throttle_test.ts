import { assert, assertEquals } from "@std/assert";
import { resolveBackoff } from "../../src/client/connections/backoff.ts";
import {
  ReconnectThrottle,
  ReconnectThrottles,
} from "../../src/client/connections/reconnect_throttle.ts";

/** A connection with so many successful streams, and so many that run. */
function connection(streamsSucceeded = 0, activeStreams = 0) {
  const transport = { activeStreams, counters: () => ({ streamsSucceeded }) };
  return { hasAnswered: false, transport };
}

function restraintOf(jitter = 0, random = 0.5, maxBackoff = 120_000) {
  const options = resolveBackoff({ jitter, maxBackoff });
  return new ReconnectThrottle(options, () => random);
}

/** Those of a channel that draws the same. */
function throttlesOf(): ReconnectThrottles {
  return new ReconnectThrottles({
    backoff: resolveBackoff({ jitter: 0 }),
    random: () => 0.5,
    reconnectSpread: 0,
  });
}

/** So many connections, of 10 ms each, come to nothing. */
function inVain(throttle: ReconnectThrottle, count: number, now = 0): void {
  for (let i = 0; i < count; i++) {
    throttle.ended(connection(), now, now + 10, "it retires");
  }
}

Deno.test("Ten connections that come to nothing cost no pause, further ones more and more", () => {
  const throttle = restraintOf();
  const pauses = Array.from({ length: 14 }, () => {
    inVain(throttle, 1);
    return Math.round(Math.max(0, throttle.notBefore(true)));
  });
  assertEquals(pauses.slice(0, 10), Array(10).fill(0));
  assertEquals(pauses.slice(10), [50, 80, 128, 205]);
});

Deno.test("A call waits five seconds at most, what nobody waits for as long as the backoff may be", () => {
  const throttle = restraintOf();
  inVain(throttle, 60, 1_000);
  assertEquals(throttle.notBefore(true), 6_000);
  assertEquals(throttle.notBefore(false), 121_000);
});

Deno.test("A shorter maxBackoff bounds the pause", () => {
  const throttle = restraintOf(0, 0.5, 1_000);
  inVain(throttle, 60);
  assertEquals(throttle.notBefore(true), 1_000);
});

for (const [random, expected] of [[0, 40], [1, 60]]) {
  Deno.test(`The pause has the jitter of the backoff: 50 ms are ${expected} ms when ${random} is drawn`, () => {
    const throttle = restraintOf(0.2, random);
    inVain(throttle, 11);
    assertEquals(Math.round(throttle.notBefore(true)), expected);
  });
}

Deno.test("A pause counts from the beginning of the attempt", () => {
  const throttle = restraintOf();
  inVain(throttle, 10);
  throttle.ended(connection(), 700, 9_000, "it retires");
  assertEquals(throttle.notBefore(true), 750);
});

Deno.test("An answered call, or ten seconds, make up for all connections before", () => {
  for (const [good, now] of [[connection(1), 1], [connection(), 10_000]]) {
    const throttle = restraintOf();
    inVain(throttle, 30);
    throttle.ended(
      good as ReturnType<typeof connection>,
      0,
      now as number,
      "",
    );
    assertEquals([throttle.inVain, throttle.notBefore(true)], [0, -Infinity]);
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
  const throttle = restraintOf();
  inVain(throttle, 1);
  assertEquals(throttle.isRelegated, false);
  inVain(throttle, 1);
  assertEquals(throttle.isRelegated, true);
});

Deno.test("A throttle says how often, and why", () => {
  const throttle = restraintOf();
  inVain(throttle, 12);
  assertEquals(
    throttle.reason,
    "the last 12 connections ended before they answered a call: it retires",
  );
});

Deno.test("Addresses that come and go keep their throttles until these are over", () => {
  const throttles = throttlesOf();
  inVain(throttles.of("a"), 20, 1_000);
  throttles.keep(["b"], 2_000);
  assertEquals(throttles.of("a").inVain, 20);
  throttles.keep(["b"], 1_000_000);
  assertEquals(throttles.of("a").inVain, 0);
});

Deno.test("Nothing is made for an address that is asked for, and nothing is left of one that is over", () => {
  const throttles = throttlesOf();
  assertEquals(throttles.known("a"), undefined);
  const made = throttles.of("a");
  assert(throttles.known("a") === made);
  assertEquals(throttles.known("b"), undefined);
  throttles.keep(["b"], 1_000_000);
  assertEquals(throttles.known("a"), undefined);
});

Deno.test("Those of listed addresses are kept for ever", () => {
  const throttles = throttlesOf();
  const kept = throttles.of("a");
  throttles.keep(["a"], 1e9);
  assert(throttles.of("a") === kept);
});

Deno.test("The first attempt after a loss is spread, unless a call needs it", () => {
  const options = resolveBackoff({ jitter: 0 });
  const throttle = new ReconnectThrottle(options, () => 0.75, 1_000);
  assert(throttle.notBefore(false) <= 0);
  throttle.ended(connection(1), 0, 20_000, "it retires");
  assertEquals(throttle.notBefore(false), 20_750);
  assert(throttle.notBefore(true) <= 20_000);
  throttle.reset();
  assert(throttle.notBefore(false) <= 20_000);
});

Deno.test("A connection that came to nothing is spread, too, and the longer pause counts", () => {
  const options = resolveBackoff({ jitter: 0 });
  const throttle = new ReconnectThrottle(options, () => 0.5, 100);
  inVain(throttle, 11, 1_000);
  assertEquals(throttle.notBefore(true), 1_050);
  assertEquals(throttle.notBefore(false), 1_060);
  inVain(throttle, 5, 2_000);
  assertEquals(throttle.notBefore(false), throttle.notBefore(true));
});

Deno.test("Without a spread nothing is drawn", () => {
  const draw = () => {
    throw new Error("drawn");
  };
  const throttle = new ReconnectThrottle(resolveBackoff(), draw, 0);
  throttle.ended(connection(1), 0, 20_000, "it retires");
  assert(throttle.notBefore(false) <= 20_000);
});

Deno.test("A connection that has begun to answer a call has not come to nothing", () => {
  const throttle = restraintOf();
  for (let i = 0; i < 20; i++) {
    const answering = { ...connection(0, 5), hasAnswered: true };
    throttle.ended(answering, i, i + 1, "it retires");
  }
  assertEquals(throttle.inVain, 0);
});
