import { Random } from "../../harness/seed.ts";

/**
 * A test body of many runs, each with a seed of its own, and a failure that
 * names it. `SEED=1 deno test --allow-env=SEED` repeats one run.
 */
export function seeded(
  runs: number,
  run: (random: Random) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const given = givenSeed();
    const seeds = given === undefined
      ? Array.from({ length: runs }, () => Math.floor(Math.random() * 2 ** 32))
      : [given];
    for (const seed of seeds) {
      try {
        await run(new Random(seed));
      } catch (error) {
        throw new Error(`Failed with SEED=${seed}`, { cause: error });
      }
    }
  };
}

function givenSeed(): number | undefined {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: "SEED",
  });
  const seed = state === "granted" ? Deno.env.get("SEED") : undefined;
  return seed === undefined ? undefined : Number(seed);
}
