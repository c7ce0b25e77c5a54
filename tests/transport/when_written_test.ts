import { assertEquals } from "@std/assert";
import { whenWritten, type Writing } from "../../src/transport/when_written.ts";

/** What it is told, in order. */
class Told implements Writing {
  readonly all: unknown[] = [];

  written(count: number): void {
    this.all.push(count);
  }

  notWritten(reason: unknown): void {
    this.all.push(reason);
  }
}

Deno.test("each of many who write at once is told how its own write went, once", async () => {
  const told = Array.from({ length: 1_000 }, () => new Told());
  for (let round = 0; round < 3; round++) {
    const writes = told.map(() => Promise.withResolvers<number>());
    told.forEach((each, i) => whenWritten(writes[i].promise, each));
    writes.forEach(({ resolve, reject }, i) => {
      if ((i + round) % 3 === 0) reject(`${i} failed`);
      else resolve(i);
    });
    await Promise.allSettled(writes.map(({ promise }) => promise));
  }
  told.forEach(({ all }, i) => {
    const expected = [0, 1, 2].map((round) =>
      (i + round) % 3 === 0 ? `${i} failed` : i
    );
    assertEquals(all, expected);
  });
});

Deno.test("who is told how a write went may write again at once", async () => {
  const done = Promise.withResolvers<number>();
  let left = 100;
  const again: Writing = {
    written(count) {
      if (--left === 0) done.resolve(count);
      else whenWritten(Promise.resolve(count + 1), again);
    },
    notWritten: done.reject,
  };
  whenWritten(Promise.resolve(1), again);
  assertEquals(await done.promise, 100);
});
