import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import {
  type Held,
  LocalHealth,
  localHealthOf,
} from "../../src/client/connections/local_health.ts";
import { assertCostRatio, once } from "../harness/cost_ratio.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";

class Peer implements Held {
  lastReadAt = 0;
  readonly released: string[] = [];

  constructor(readonly peer: string) {}

  release(why: string): void {
    this.released.push(why);
  }
}

function peers(health: LocalHealth, count: number): Peer[] {
  const made = Array.from({ length: count }, (_, i) => new Peer(`${i}`));
  for (const each of made) health.opened(each);
  return made;
}

Deno.test("three that are overdue are suspected, the fourth is a probe, further ones are held back", () => {
  const health = new LocalHealth();
  const verdicts = peers(health, 8).map((each) => health.overdue(each, 10, 20));
  const expected = ["suspect", "suspect", "suspect", "probe"];
  assertEquals(verdicts, [...expected, "hold", "hold", "hold", "hold"]);
});

Deno.test("as many others that were heard since show that this end is well", () => {
  const health = new LocalHealth();
  const all = peers(health, 8);
  for (const each of all.slice(4)) each.lastReadAt = 11;
  const dead = all.slice(0, 4);
  assertEquals(
    dead.map((each) => health.overdue(each, 10, 20)),
    Array(4).fill("suspect"),
  );
  all[4].lastReadAt = 10;
  assertEquals(health.overdue(dead[0], 10, 20), "probe");
});

Deno.test("several connections to one peer count once", () => {
  const health = new LocalHealth();
  const same = Array.from({ length: 10 }, () => new Peer("a"));
  for (const each of same) health.opened(each);
  assertEquals(
    new Set(same.map((each) => health.overdue(each, 10, 20))),
    new Set(["suspect"]),
  );
});

Deno.test("a new connection releases all that are held back, and only those", () => {
  const health = new LocalHealth();
  const all = peers(health, 8);
  for (const each of all) health.overdue(each, 10, 20);
  health.answered(all[6]);
  health.closed(all[7]);
  health.opened(new Peer("new"));
  health.opened(new Peer("newer"));
  const why = "the network works: new was connected to";
  assertEquals(
    all.map(({ released }) => released),
    [[], [], [], [], [why], [why], [], []],
  );
});

Deno.test("once the network is shown to work, a probe that stays silent holds nobody back", () => {
  const health = new LocalHealth();
  const all = peers(health, 12);
  const silent = all.slice(0, 4);
  const verdicts = silent.map((each) => health.overdue(each, 10, 20));
  assertEquals(verdicts.at(-1), "probe");
  for (const each of all.slice(4)) each.lastReadAt = 100;
  health.opened(new Peer("new"));
  assertEquals(health.overdue(all[4], 50, 60), "suspect");
});

Deno.test("a probe that stays silent holds nobody back for as long as others are heard", () => {
  const health = new LocalHealth();
  const all = peers(health, 12);
  for (const each of all.slice(0, 4)) health.overdue(each, 10, 20);
  for (const each of all.slice(4)) each.lastReadAt = 100;
  assertEquals(health.overdue(all[4], 50, 60), "suspect");
});

Deno.test("when it is over it begins anew", () => {
  const health = new LocalHealth();
  const all = peers(health, 8);
  for (const round of [1, 2]) {
    const verdicts = all.map((each) => health.overdue(each, round, round + 10));
    assertEquals(verdicts.filter((each) => each === "probe").length, 1);
    for (const each of all) health.answered(each);
  }
});

Deno.test("each clock has its own, and the same each time", () => {
  const clock = new VirtualClock();
  assertStrictEquals(localHealthOf(clock), localHealthOf(clock));
  assertNotStrictEquals(
    localHealthOf(clock),
    localHealthOf(new VirtualClock()),
  );
});

Deno.test("a verdict costs the same, however many are overdue at once", () => {
  const cost = (count: number) =>
    once(() => {
      const health = new LocalHealth();
      const all = peers(health, count);
      for (const each of all) health.overdue(each, 10, 20);
      for (const each of all) health.answered(each);
    });
  assertCostRatio({ of: cost(20_000), to: cost(1_000), below: 6 * 20 });
});
