import { assert } from "@std/assert";
import { Ring } from "../../src/recorder/ring.ts";
import { heapInUse } from "../harness/collect.ts";
import { PATIENCE } from "../harness/time.ts";

/** Records of a round: what it would allocate for each is not yet collected. */
const ROUND = 20_000;

/** Octets of a round, if each record took as much as a number of the heap. */
const PER_ROUND = 12 * ROUND;

// It has a file of its own: what V8 makes of a function depends on all its calls.
Deno.test("a million records into a ring take no memory", () => {
  const ring = new Ring(256);
  let at = 0;
  const round = () => {
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < ROUND; i++) ring.add(4, at++, 2, 3);
    return Deno.memoryUsage().heapUsed - before;
  };
  round();
  const before = heapInUse();
  for (let i = 0; i < 50; i++) round();
  const kept = heapInUse() - before;
  assert(kept < 1_000_000, `${kept} octets are kept`);
  // Code that is not compiled yet allocates, and on a busy machine that takes
  // its time. A collection may fall into one round, not into each of three.
  const end = performance.now() + PATIENCE;
  for (let quiet = 0; quiet < 3;) {
    const taken = round();
    quiet = Math.abs(taken) < PER_ROUND / 4 ? quiet + 1 : 0;
    assert(performance.now() < end, `${taken} octets, without a collection`);
  }
});
