import { assertEquals, assertThrows } from "@std/assert";
import {
  booleanOption,
  choiceOption,
  durationOption,
  integerOption,
  requireFunctions,
  requireKnownKeys,
  requireMembers,
  requireSignal,
  requireText,
} from "../../src/options/mod.ts";
import { refusedAs } from "../harness/refused.ts";

/** The value is refused with just this message. */
function assertRefused(
  run: () => unknown,
  ErrorClass: typeof RangeError | typeof TypeError,
  message: string,
): void {
  assertEquals(assertThrows(run, ErrorClass).message, message);
}

Deno.test("Known keys pass, in any number", () => {
  requireKnownKeys("the test options", {}, ["time", "timeout"]);
  requireKnownKeys("the test options", { timeout: 1 }, ["time", "timeout"]);
  requireKnownKeys("the test options", { time: undefined }, ["time"]);
});

Deno.test("An unknown key is refused with the nearest known one", () => {
  assertRefused(
    () => requireKnownKeys("the test options", { tineout: 1 }, ["timeout"]),
    TypeError,
    'Cannot use the test options: unknown key "tineout", did you mean "timeout"?',
  );
});

Deno.test("An unknown key that is near to none is refused with all of them", () => {
  assertRefused(
    () => requireKnownKeys("the test options", { retries: 1 }, ["time", "age"]),
    TypeError,
    'Cannot use the test options: unknown key "retries", expected one of time, age',
  );
});

Deno.test("An unknown key is refused even without a value", () => {
  assertThrows(
    () => requireKnownKeys("the test options", { x: undefined }, ["time"]),
    TypeError,
    'unknown key "x"',
  );
});

Deno.test("Options that are no object are refused", () => {
  for (
    const [options, shown] of [
      [null, "null"],
      [5_000, "5000"],
      ["5s", '"5s"'],
      [true, "true"],
      [["5s"], "an array"],
      [() => {}, "a function"],
    ] as const
  ) {
    assertRefused(
      () =>
        requireKnownKeys(
          "the test options",
          options as unknown as object,
          ["time"],
        ),
      TypeError,
      `Cannot use the test options: expected an object, received ${shown}`,
    );
  }
});

Deno.test("A duration that is not given is the default", () => {
  assertEquals(durationOption("time", undefined, 7), 7);
  assertEquals(durationOption("time", undefined, Infinity), Infinity);
});

Deno.test("A duration is any number of milliseconds above 0", () => {
  for (const value of [Number.MIN_VALUE, 0.5, 1, 1e12, Infinity]) {
    assertEquals(durationOption("time", value, 7), value);
  }
});

Deno.test("What is no duration is refused", () => {
  for (
    const [value, shown] of [
      [0, "0"],
      [-1, "-1"],
      [NaN, "NaN"],
      [-Infinity, "-Infinity"],
      ["10s", '"10s"'],
      ["10", '"10"'],
      [null, "null"],
      [true, "true"],
      [10n, "10"],
    ] as const
  ) {
    assertRefused(
      () => durationOption("time", value as unknown as number, 7),
      refusedAs(value, "number"),
      `Cannot use time: expected milliseconds above 0, or Infinity for never, received ${shown}`,
    );
  }
});

Deno.test("A duration has a minimum, and may have to end", () => {
  const bounds = { minimum: 10, finite: true };
  assertEquals(durationOption("time", 10, 7, bounds), 10);
  for (const value of [9.99, 0, NaN, Infinity]) {
    assertRefused(
      () => durationOption("time", value, 7, bounds),
      RangeError,
      `Cannot use time: expected milliseconds of at least 10, received ${value}`,
    );
  }
});

Deno.test("A duration of 0 is allowed where that is the minimum", () => {
  assertEquals(durationOption("time", 0, 7, { minimum: 0 }), 0);
  assertRefused(
    () => durationOption("time", -1, 7, { minimum: 0 }),
    RangeError,
    "Cannot use time: expected milliseconds of at least 0, or Infinity for never, received -1",
  );
  assertRefused(
    () => durationOption("time", Infinity, 7, { finite: true }),
    RangeError,
    "Cannot use time: expected milliseconds above 0, received Infinity",
  );
});

Deno.test("An integer that is not given is the default", () => {
  assertEquals(integerOption("count", undefined, 7, 0), 7);
});

Deno.test("An integer may be as small and as large as its bounds", () => {
  assertEquals(integerOption("count", 2, 7, 2, 9), 2);
  assertEquals(integerOption("count", 9, 7, 2, 9), 9);
  assertEquals(
    integerOption("count", Number.MAX_SAFE_INTEGER, 7, 0),
    Number.MAX_SAFE_INTEGER,
  );
});

Deno.test("What is no integer in the range is refused", () => {
  for (
    const [value, shown] of [
      [1, "1"],
      [10, "10"],
      [2.5, "2.5"],
      [NaN, "NaN"],
      [Infinity, "Infinity"],
      ["3", '"3"'],
      [null, "null"],
    ] as const
  ) {
    assertRefused(
      () => integerOption("count", value as unknown as number, 7, 2, 9),
      refusedAs(value, "number"),
      `Cannot use count: expected an integer from 2 to 9, received ${shown}`,
    );
  }
  assertRefused(
    () => integerOption("count", -1, 7, 0),
    RangeError,
    "Cannot use count: expected an integer from 0 up, received -1",
  );
});

Deno.test("A boolean that is not given is the default", () => {
  assertEquals(booleanOption("permit", undefined, true), true);
  assertEquals(booleanOption("permit", undefined, false), false);
});

Deno.test("A boolean is true or false, whatever the default", () => {
  assertEquals(booleanOption("permit", true, false), true);
  assertEquals(booleanOption("permit", false, true), false);
});

Deno.test("What is no boolean is refused", () => {
  for (
    const [value, shown] of [
      ["true", '"true"'],
      [1, "1"],
      [0, "0"],
      [null, "null"],
    ] as const
  ) {
    assertRefused(
      () => booleanOption("permit", value as unknown as boolean, false),
      TypeError,
      `Cannot use permit: expected true or false, received ${shown}`,
    );
  }
});

Deno.test("A choice is one of its words, or the default", () => {
  assertEquals(choiceOption("mode", undefined, "on", ["on", "off"]), "on");
  assertEquals(choiceOption("mode", "off", "on", ["on", "off"]), "off");
  for (const value of ["of", "", null, 1] as never[]) {
    assertRefused(
      () => choiceOption("mode", value, "on", ["on", "off"]),
      refusedAs(value, "string"),
      `Cannot use mode: expected "on" or "off", received ${
        typeof value === "string" ? `"${value}"` : value
      }`,
    );
  }
});

Deno.test("Functions, texts and objects with members pass, and so does nothing", () => {
  requireFunctions("interceptors", undefined);
  requireFunctions("interceptors", []);
  requireFunctions("interceptors", [() => {}]);
  requireText("hostname", undefined);
  requireText("hostname", "::");
  requireMembers("clock", undefined, ["now"]);
  requireMembers("clock", { now: () => 0 }, ["now"]);
});

Deno.test("What is no array of functions is refused, and which of it", () => {
  const refuse = (value: unknown, message: string) =>
    assertRefused(() => requireFunctions("all", value), TypeError, message);
  refuse(
    {},
    "Cannot use all: expected an array of functions, received an object",
  );
  refuse([() => {}, 5], "Cannot use all[1]: expected a function, received 5");
});

Deno.test("What is no text, or empty, is refused", () => {
  const refuse = (value: unknown, shown: string) =>
    assertRefused(
      () => requireText("hostname", value),
      TypeError,
      `Cannot use hostname: expected a string that is not empty, received ${shown}`,
    );
  refuse("", '""');
  refuse(null, "null");
  refuse(Object.create(null), "an object");
  refuse(new Map(), "an object of Map");
});

Deno.test("An object without a function that it needs is refused", () => {
  const refuse = (value: unknown, shown: string) =>
    assertRefused(
      () => requireMembers("clock", value, ["now", "wall"]),
      TypeError,
      `Cannot use clock: expected an object with the functions now, wall, received ${shown}`,
    );
  refuse({ now: () => 0 }, "one without wall");
  refuse({ now: 0, wall: 0 }, "one without now, wall");
  refuse(null, "null");
  refuse("now", '"now"');
});

Deno.test("a signal that nothing can listen to is refused, and says why", () => {
  const { signal } = new AbortController();
  signal.addEventListener("abort", () => {});
  requireSignal(Object.freeze(signal));
  requireSignal(Object.freeze(AbortSignal.abort()));
  const deaf = Object.freeze(new AbortController().signal);
  assertThrows(() => requireSignal(deaf), TypeError, "one that is frozen");
});
