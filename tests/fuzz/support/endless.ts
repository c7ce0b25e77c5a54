import type { Target } from "../target.ts";

/** A target whose input never ends. */
export const ENDLESS: Target<number> = {
  name: "endless",
  about: "a target that hangs",
  generate: () => 7,
  run: () => {
    for (;;);
  },
};

const SHORT: Target<number> = {
  name: "short",
  about: "a target without a fault",
  generate: (random) => random.below(10),
  run: () => {},
};

/** One of the two. */
export function targetsNamed(names: readonly string[]): Target[] {
  return [ENDLESS, SHORT].filter(({ name }) => names.includes(name));
}
