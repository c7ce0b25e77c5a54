import { assertEquals } from "@std/assert";
import type { CloseKind } from "../../src/session/mod.ts";
import { steadyLink } from "../harness/virtual_pair.ts";
import { Random } from "../harness/seed.ts";
import { difference } from "./split_compare.ts";
import { looseLink, punctualLink, randomCuts } from "./split_link.ts";
import { type Outcome, play } from "./split_player.ts";
import {
  randomScenario,
  type Scenario,
  spacedScenario,
} from "./split_scenario.ts";

/** Each seed is a test of its own; a failure names seed and run. */
const SEEDS: readonly number[] = [1, 20_260_821, 0x5eed];

const PUNCTUAL_RUNS = 2_700;
const LOOSE_RUNS = 700;

/** How connections end in enough runs; there are no other ways here. */
const LOOSE_ENDS: readonly CloseKind[] = [
  "local-close",
  "drained",
  "goaway",
  "too-many-pings",
  "end-of-stream",
];
const PUNCTUAL_ENDS: readonly CloseKind[] = [
  ...LOOSE_ENDS,
  "grace-over",
  "keepalive-timeout",
  "settings-timeout",
  "handshake-timeout",
];

/** The generator of one run, so that a failure can be replayed alone. */
function randomOf(seed: number, run: number): Random {
  return new Random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(run, 0x85eb_ca6b));
}

/** Adds to an error what is needed to see it again. */
function replayable(
  seed: number,
  run: number,
  scenario: Scenario,
  check: () => string | undefined,
): void {
  const replay = () =>
    `Seed ${seed}, run ${run}: ${
      JSON.stringify(
        scenario,
        (_, value) => value === Infinity ? "Infinity" : value,
      )
    }`;
  let found: string | undefined;
  try {
    found = check();
  } catch (cause) {
    throw new Error(`${replay()} threw ${cause}`, { cause });
  }
  if (found !== undefined) throw new Error(`${found}\n${replay()}`);
}

function noteEnds(ends: Set<CloseKind>, { client, server }: Outcome): void {
  for (const events of [client, server]) {
    const last = events.at(-1);
    if (last?.type === "closed") ends.add(last.reason.kind);
  }
}

for (const seed of SEEDS) {
  Deno.test(`two ends do the same at the same time however their octets are split (seed ${seed}, ${PUNCTUAL_RUNS} runs)`, () => {
    const ends = new Set<CloseKind>();
    for (let run = 0; run < PUNCTUAL_RUNS; run++) {
      const random = randomOf(seed, run);
      const scenario = randomScenario(random);
      replayable(seed, run, scenario, () => {
        const { latency } = scenario;
        const whole = play(scenario, steadyLink(latency));
        const link = punctualLink(latency, randomCuts(random), random);
        noteEnds(ends, whole);
        return difference(whole, play(scenario, link), true);
      });
    }
    assertEquals(ends, new Set(PUNCTUAL_ENDS));
  });

  Deno.test(`two ends do the same in the same order however their octets are split and delayed (seed ${seed}, ${LOOSE_RUNS} runs)`, () => {
    const ends = new Set<CloseKind>();
    for (let run = 0; run < LOOSE_RUNS; run++) {
      const random = randomOf(~seed, run);
      const scenario = spacedScenario(random);
      replayable(seed, run, scenario, () => {
        const { latency } = scenario;
        const whole = play(scenario, steadyLink(latency));
        const link = looseLink(latency, randomCuts(random), random);
        noteEnds(ends, whole);
        return difference(whole, play(scenario, link), false);
      });
    }
    assertEquals(ends, new Set(LOOSE_ENDS));
  });
}
