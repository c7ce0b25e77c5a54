import { assert } from "@std/assert";

/**
 * Octets that a short unary call leaves to the garbage collector, client and
 * server together. With 16 calls at a time a collection of young objects falls
 * into a round of all of them, which takes about twice as long then. Before the
 * bound is raised, what takes more is to be found.
 */
const MOST = 3_000;

/** What the compiler leaves out is not the same in each process. */
const PROCESSES = 8;

const PROGRAM = new URL("support/call_garbage.ts", import.meta.url).href;

/** Room for young objects in MiB: half a dozen turns of the program. */
const FLAGS = "--v8-flags=--min-semi-space-size=64";

async function octetsOfCall(): Promise<number> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", FLAGS, PROGRAM],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const octets = Number(text);
  assert(octets > 0, `${text}${new TextDecoder().decode(stderr)}`);
  return octets;
}

Deno.test("a unary call leaves little to the garbage collector", async () => {
  let octets = Infinity;
  for (let i = 0; i < PROCESSES && octets >= MOST; i++) {
    octets = Math.min(octets, await octetsOfCall());
  }
  assert(octets < MOST, `A call leaves ${octets} octets, expected ${MOST}`);
});
