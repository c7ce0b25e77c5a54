import { assert, assertEquals } from "@std/assert";
import { nextTurn, systemClock, whenServed } from "../../src/runtime/mod.ts";
import { Turns } from "./support/turns.ts";

/** Turns in which the runtime asks the kernel at least once. */
const TURNS_UNASKED = 61;

Deno.test("what has come is served before what waits for it, each after turns enough", async () => {
  using turns = new Turns();
  const waited: number[] = [];
  const all: Promise<void>[] = [];
  for (let i = 0; i < 5; i++) {
    const since = turns.count;
    const { promise, resolve } = Promise.withResolvers<void>();
    all.push(promise);
    whenServed(systemClock, () => {
      waited.push(turns.count - since);
      resolve();
    });
    if (i % 2 === 1) await nextTurn();
  }
  await Promise.all(all);
  assertEquals(waited.length, 5);
  for (const count of waited) assert(count >= TURNS_UNASKED, `${waited}`);
});

Deno.test("one that fails keeps no other from what it waits for", async () => {
  const error = new Error("made by the test");
  const told = Promise.withResolvers<unknown>();
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    told.resolve(event.error);
  };
  addEventListener("error", onError);
  const { promise: served, resolve } = Promise.withResolvers<void>();
  whenServed(systemClock, () => {
    throw error;
  });
  whenServed(systemClock, resolve);
  await served;
  assertEquals(await told.promise, error);
  removeEventListener("error", onError);
});

Deno.test("by another clock nothing is waited for", () => {
  let isDone = false;
  whenServed({ ...systemClock }, () => isDone = true);
  assert(isDone);
});
