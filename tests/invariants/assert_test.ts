import { assertEquals, assertThrows } from "@std/assert";
import "../harness/thorough.ts";
import {
  assert,
  assertThoroughly,
  InvariantError,
  isThoroughFor,
} from "../../src/invariants/mod.ts";

Deno.test("What holds passes, and narrows the type", () => {
  const value: string | undefined = ["a"].pop();
  assert(value !== undefined, "a value is there");
  assertEquals(value.length, 1);
});

Deno.test("What does not hold is an InvariantError that says what must, and what is instead", () => {
  const error = assertThrows(
    () => assert(false, "the window is at most 2^31-1 octets", 2 ** 31),
    InvariantError,
    "Broken invariant: the window is at most 2^31-1 octets, received 2147483648. This is a fault of @keepalive/grpc",
  );
  assertEquals(error.name, "InvariantError");
  assertThrows(() => assert(false, "no"), InvariantError, "invariant: no. ");
});

Deno.test("An InvariantError is none of the errors that blame a user or a peer", () => {
  const error: Error = new InvariantError("x");
  for (const other of [RangeError, TypeError]) {
    assertEquals(error instanceof other, false);
  }
});

Deno.test("In tests the checks of many items are on, and can be turned off", () => {
  assertEquals(isThoroughFor(1), true);
  assertThoroughly(false);
  assertEquals(isThoroughFor(1), false);
  assertThoroughly(true);
});

Deno.test("A check of many items is made so often that each step costs the same", () => {
  const steps = 10_000;
  for (const items of [1, 8, 100, 1_000]) {
    let checks = 0;
    for (let i = 0; i < steps; i++) if (isThoroughFor(items)) checks++;
    assert(checks > 0, "each is made");
    assert(checks * items <= 8 * (steps + items), "a step costs eight items");
  }
});
