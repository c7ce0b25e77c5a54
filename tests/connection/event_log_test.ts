import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { EventLog } from "../../src/connection/mod.ts";

interface Happened {
  readonly at: number;
  readonly type: "something";
}

const SOMETHING: Happened = { at: 0, type: "something" };

Deno.test("events are taken once, in order", () => {
  const log = new EventLog<Happened>(0, true);
  const other = { ...SOMETHING, at: 1 };
  log.push(SOMETHING);
  log.push(other);
  assertEquals(log.take(), [SOMETHING, other]);
  assertEquals(log.take(), []);
  log.push(other);
  assertEquals(log.take(), [other]);
});

Deno.test("what is taken where nothing has happened is one list for all, to which nobody can add", () => {
  const [one, other] = [0, 0].map((now) => new EventLog<Happened>(now, true));
  const nothing = one.take();
  assertStrictEquals(other.take(), nothing);
  assertThrows(() => (nothing as Happened[]).push(SOMETHING), TypeError);
  one.push(SOMETHING);
  assertEquals([one.take(), other.take()], [[SOMETHING], []]);
});
