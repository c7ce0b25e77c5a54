import { assert, assertEquals } from "@std/assert";
import { LeakyBucket } from "../../src/client/resolving/leaky_bucket.ts";

Deno.test("a burst passes, then as many as leak", () => {
  const bucket = new LeakyBucket(3, 10);
  const waits = Array.from({ length: 5 }, () => bucket.take(0));
  assertEquals(waits, [0, 0, 0, 100, 100]);
  assertEquals(bucket.take(100), 0);
  assertEquals(bucket.take(100), 100);
  assertEquals(bucket.take(150), 50);
});

Deno.test("after a quiet time a whole burst passes, and no more", () => {
  const bucket = new LeakyBucket(2, 10);
  bucket.take(0);
  bucket.take(0);
  assertEquals(Array.from({ length: 3 }, () => bucket.take(1e9)), [0, 0, 100]);
});

Deno.test("a clock that goes back lets nothing leak", () => {
  const bucket = new LeakyBucket(1, 10);
  assertEquals([bucket.take(1_000), bucket.take(0)], [0, 100]);
});

Deno.test("who waits as long as it is told waits a few times at the most, whatever the time is", () => {
  for (let start = 0; start < 10_000; start += 7.123) {
    const bucket = new LeakyBucket(10, 10);
    let now = start;
    for (let i = 0; i < 12; i++) {
      let waits = 0;
      for (let wait; (wait = bucket.take(now)) > 0; now += wait) {
        assert(++waits <= 2, `${waits} waits from ${start}`);
      }
      now += 0.1;
    }
  }
});
