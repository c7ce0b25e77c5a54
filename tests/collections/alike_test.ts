import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Alike } from "../../src/collections/mod.ts";

interface Options {
  time: number;
  onEvent?: (() => void) | undefined;
}

Deno.test("what has the same is the object that was there before", () => {
  const alike = new Alike<Options>();
  const onEvent = () => {};
  const first = { time: 10, onEvent };
  assertStrictEquals(alike.of(first), first);
  assertStrictEquals(alike.of({ time: 10, onEvent }), first);
  const rounded = { time: NaN, onEvent };
  assertStrictEquals(alike.of(rounded), rounded);
  assertStrictEquals(alike.of({ time: NaN, onEvent }), rounded);
});

Deno.test("what differs in a value or a key is what it was", () => {
  const onEvent = () => {};
  const others: Options[] = [
    { time: 11, onEvent },
    { time: 10, onEvent: () => {} },
    { time: 10 },
    { time: -0, onEvent },
  ];
  for (const other of others) {
    const alike = new Alike<Options>();
    alike.of({ time: 10, onEvent });
    assertStrictEquals(alike.of(other), other);
  }
  const alike = new Alike<Options>();
  alike.of({ time: 0, onEvent: undefined });
  const shorter = { time: 0 };
  assert(alike.of(shorter) === shorter, "an undefined value is a key, too");
  assertEquals(alike.of({ time: -0 }), { time: -0 });
});

Deno.test("what others may have, too, cannot be changed", () => {
  const shared = new Alike<Options>().of({ time: 10 }) as Options;
  assertThrows(() => shared.time = 11, TypeError);
  assertEquals(shared, { time: 10 });
});
