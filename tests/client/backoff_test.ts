import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import {
  Backoff,
  resolveBackoff,
} from "../../src/client/connections/backoff.ts";
import type { BackoffOptions } from "../../src/client/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { refusedAs } from "../harness/refused.ts";

/** Seconds before jitter, by failures in a row. */
const TABLE = [
  1,
  1.6,
  2.56,
  4.096,
  6.5536,
  10.48576,
  16.777216,
  26.8435456,
  42.94967296,
  68.719476736,
  109.9511627776,
  120,
  120,
];

/** A draw for each number of failures. */
function draws(
  options: BackoffOptions,
  count: number,
  random: () => number,
): number[] {
  const backoff = new Backoff(resolveBackoff(options), random);
  return Array.from({ length: count }, () => {
    const drawn = backoff.draw();
    backoff.grow();
    return drawn;
  });
}

Deno.test("Row 97 CB-formula: without jitter, the times are 1, 1.6, 2.56 ... 120 s exactly", () => {
  const seconds = draws({ jitter: 0 }, TABLE.length, () => 0.99)
    .map((drawn) => drawn / 1_000);
  seconds.forEach((each, i) => assertAlmostEquals(each, TABLE[i], 1e-9));
  assertEquals(seconds.at(-1), 120);
});

Deno.test(
  "Row 97 CB-formula: each time, the first included, lies within 20 % of the table, and all of that is used",
  withSeed((random) => {
    const factors = TABLE.map((): number[] => []);
    for (let round = 0; round < 500; round++) {
      draws({}, TABLE.length, () => random.below(2 ** 32) / 2 ** 32)
        .forEach((drawn, i) => factors[i].push(drawn / 1_000 / TABLE[i]));
    }
    for (const [i, each] of factors.entries()) {
      const least = Math.min(...each);
      const most = Math.max(...each);
      assert(least >= 0.8 - 1e-9 && least < 0.83, `${i} failures: ${least}`);
      assert(most <= 1.2 + 1e-9 && most > 1.17, `${i} failures: ${most}`);
    }
  }),
);

Deno.test("the cap comes before the jitter: 120 s become 96 to 144 s", () => {
  const last = (number: number) => draws({}, 30, () => number).at(-1)!;
  assertAlmostEquals(last(0), 96_000, 1e-6);
  assertAlmostEquals(last(1), 144_000, 1e-6);
});

Deno.test("a thousand failures leave the time at its cap", () => {
  assertEquals(draws({ jitter: 0 }, 3_000, () => 0.5).at(-1), 120_000);
});

Deno.test("only a failure makes the time grow, and a reset makes it short again", () => {
  const backoff = new Backoff(
    resolveBackoff({ jitter: 0, backoffMultiplier: 2 }),
    () => 0.5,
  );
  assertEquals([backoff.draw(), backoff.draw()], [1_000, 1_000]);
  backoff.grow();
  backoff.grow();
  assertEquals([backoff.draw(), backoff.failures], [4_000, 2]);
  backoff.reset();
  assertEquals([backoff.draw(), backoff.failures], [1_000, 0]);
});

Deno.test("the defaults are those of gRPC, and each option replaces one", () => {
  const defaults = {
    initialBackoff: 1_000,
    maxBackoff: 120_000,
    backoffMultiplier: 1.6,
    jitter: 0.2,
  };
  assertEquals(resolveBackoff(), defaults);
  for (
    const given of [
      { initialBackoff: 5 },
      { maxBackoff: 1_000 },
      { backoffMultiplier: 1 },
      { jitter: 1 },
      { jitter: 0 },
    ]
  ) assertEquals(resolveBackoff(given), { ...defaults, ...given });
});

Deno.test("a first time above the default cap is the cap", () => {
  assertEquals(resolveBackoff({ initialBackoff: 300_000 }).maxBackoff, 300_000);
  const forever = resolveBackoff({ initialBackoff: Infinity });
  assertEquals(new Backoff(forever, () => 0.5).draw(), Infinity);
});

const REFUSED: [string, BackoffOptions, string][] = [
  ["no time", { initialBackoff: 0 }, "backoff.initialBackoff"],
  ["a negative time", { initialBackoff: -1 }, "backoff.initialBackoff"],
  ["NaN as time", { initialBackoff: NaN }, "backoff.initialBackoff"],
  ["no cap", { maxBackoff: 0 }, "backoff.maxBackoff"],
  [
    "a cap below the first time",
    { initialBackoff: 10, maxBackoff: 9 },
    "at least initialBackoff, which is 10 ms, received 9",
  ],
  ["a cap below the default first time", { maxBackoff: 999 }, "1000 ms"],
  ["a multiplier below 1", { backoffMultiplier: 0.99 }, "backoffMultiplier"],
  ["a multiplier of NaN", { backoffMultiplier: NaN }, "backoffMultiplier"],
  ["an endless multiplier", { backoffMultiplier: Infinity }, "Infinity"],
  ["a negative jitter", { jitter: -0.1 }, "backoff.jitter"],
  ["a jitter above 1", { jitter: 1.1 }, "received 1.1"],
  ["a jitter of NaN", { jitter: NaN }, "backoff.jitter"],
  [
    "a multiplier in quotes",
    { backoffMultiplier: "2" as unknown as number },
    "backoffMultiplier",
  ],
  ["a jitter in quotes", { jitter: "0.2" as unknown as number }, "jitter"],
];

for (const [what, options, message] of REFUSED) {
  Deno.test(`the backoff options refuse ${what}`, () => {
    assertThrows(
      () => resolveBackoff(options),
      refusedAs(Object.values(options).at(-1), "number"),
      message,
    );
  });
}

Deno.test("the backoff options refuse an unknown key and what is no object", () => {
  const unknown = { maxbackoff: 5 } as BackoffOptions;
  assertThrows(
    () => resolveBackoff(unknown),
    TypeError,
    'did you mean "maxBackoff"?',
  );
  const number = 5 as unknown as BackoffOptions;
  assertThrows(() => resolveBackoff(number), TypeError, "expected an object");
});
