import { assertEquals } from "@std/assert";
import { Interest } from "../../src/client/connector/interest.ts";
import type { Clock } from "../../src/runtime/mod.ts";

/** A clock that tells what becomes of its timers. */
function toldClock(): { clock: Clock; told: string[] } {
  const told: string[] = [];
  const clock: Clock = {
    now: () => 0,
    wall: () => 0,
    timer: (delay) => {
      told.push(`timer ${delay}`);
      return {
        cancel: () => told.push("cancel") > 0,
        ref: () => void told.push("ref"),
        unref: () => void told.push("unref"),
      };
    },
  };
  return { clock, told };
}

function interest(clock: Clock): Interest {
  return new Interest(clock, { onReturn() {} });
}

Deno.test("the channels of a clock hold the process by one timer, as long as one of them has something to do", () => {
  const { clock, told } = toldClock();
  const [one, other] = [interest(clock), interest(clock)];
  one.begin();
  other.begin();
  one.end();
  assertEquals([one.isHeld, other.isHeld], [false, true]);
  assertEquals(told, ["timer Infinity", "ref"]);
  other.end();
  assertEquals(told.splice(0), ["timer Infinity", "ref", "unref"]);
});

Deno.test("what begins and ends again and again makes no timer, until all channels rest", () => {
  const { clock, told } = toldClock();
  const [one, other] = [interest(clock), interest(clock)];
  for (const each of [one, other, one]) {
    each.begin();
    each.begin();
    each.end();
    each.end();
  }
  assertEquals(told.filter((what) => what.startsWith("timer")).length, 1);
  one.rest();
  one.rest();
  assertEquals(told.includes("cancel"), false);
  other.rest();
  assertEquals(told.splice(0).at(-1), "cancel");
  one.begin();
  assertEquals(told, ["timer Infinity", "ref"]);
});

Deno.test("a channel that rests while something runs lets go when that has ended", () => {
  const { clock, told } = toldClock();
  const hold = interest(clock);
  hold.begin();
  hold.rest();
  assertEquals(told, ["timer Infinity", "ref"]);
  hold.end();
  assertEquals(told, ["timer Infinity", "ref", "unref", "cancel"]);
});
