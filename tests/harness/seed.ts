/** Random integers from a seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) | 0 || 1;
  }

  /** An integer from 0 up to, but not including, a bound. */
  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % bound;
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  /** One of a list. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Random octets. */
  octets(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(0x100));
  }
}

/**
 * A test body with a generator of random numbers, and a failure that names
 * the seed. `SEED=1 deno test --allow-env=SEED` repeats one.
 *
 * @param make Makes another generator than the one of integers.
 */
export function withSeed(
  run: (random: Random) => void | Promise<void>,
): () => Promise<void>;
export function withSeed<Source>(
  run: (random: Source) => void | Promise<void>,
  make: (seed: number) => Source,
): () => Promise<void>;
export function withSeed(
  run: (random: Random) => void | Promise<void>,
  make = (seed: number) => new Random(seed),
): () => Promise<void> {
  return async () => {
    const seed = chooseSeed();
    try {
      await run(make(seed));
    } catch (error) {
      throw new Error(`Failed with SEED=${seed}`, { cause: error });
    }
  };
}

/** A seed from the environment variable `SEED`, or a new one. */
export function chooseSeed(): number {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: "SEED",
  });
  const given = state === "granted" ? Deno.env.get("SEED") : undefined;
  return given === undefined
    ? Math.floor(Math.random() * 2 ** 32)
    : Number(given);
}
import "./thorough.ts";
