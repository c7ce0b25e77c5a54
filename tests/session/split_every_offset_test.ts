import { assertEquals, assertGreater } from "@std/assert";
import { steadyLink, type TrustedConnection } from "../harness/virtual_pair.ts";
import { Random } from "../harness/seed.ts";
import { difference } from "./split_compare.ts";
import { type Cuts, punctualLink } from "./split_link.ts";
import { type Outcome, play } from "./split_player.ts";
import type { Scenario } from "./split_scenario.ts";

/** A connection that meets much of what can happen to one. */
const LIFE: Scenario = {
  client: {
    keepalive: {
      time: 40,
      timeout: 30,
      minimumTime: 1,
      maxPingsWithoutData: 3,
    },
  },
  server: {
    keepalive: {
      time: 90,
      timeout: 30,
      minimumTime: 1,
      maxConnectionAge: 600,
      maxConnectionAgeGrace: 200,
    },
    enforcement: { minTime: 25, tolerance: 0 },
    maxConcurrentStreams: 2,
  },
  latency: 3,
  commands: [
    { at: 10, do: "pings", who: "client", count: 1 },
    { at: 20, do: "open", who: "client", fields: 20, end: false },
    { at: 21, do: "open", who: "client", fields: 5, end: true },
    { at: 22, do: "open", who: "client", fields: 5, end: false },
    { at: 30, do: "headers", who: "server", stream: 1, end: false },
    { at: 31, do: "data", who: "server", stream: 1, size: 100, end: false },
    { at: 32, do: "data", who: "client", stream: 1, size: 33, end: false },
    { at: 40, do: "consume", who: "client" },
    { at: 41, do: "reset", who: "client", stream: 3 },
    { at: 200, do: "pings", who: "server", count: 3 },
    { at: 210, do: "pings", who: "client", count: 3 },
    { at: 220, do: "data", who: "server", stream: 1, size: 1, end: false },
    { at: 300, do: "data", who: "client", stream: 1, size: 0, end: true },
    { at: 310, do: "headers", who: "server", stream: 1, end: true },
    { at: 500, do: "open", who: "client", fields: 9, end: true },
    { at: 620, do: "data", who: "server", stream: 7, size: 50, end: false },
    { at: 630, do: "pings", who: "client", count: 2 },
    { at: 650, do: "headers", who: "server", stream: 7, end: true },
  ],
  until: 800,
};

/** The same, until the client is shown out. */
const EXPULSION: Scenario = {
  ...LIFE,
  commands: [
    ...LIFE.commands.slice(0, 10),
    { at: 210, do: "pings", who: "client", count: 9 },
  ],
};

/** The same, until the octets no longer arrive. */
const DEATH: Scenario = {
  ...LIFE,
  commands: [...LIFE.commands.slice(0, 7), { at: 60, do: "cut" }],
};

/** The lengths of all that is written, in order. */
function chunkLengths(scenario: Scenario): number[] {
  const lengths: number[] = [];
  const steady = steadyLink(scenario.latency);
  const recorder: TrustedConnection = (octets) => {
    lengths.push(octets.length);
    return steady(octets);
  };
  play(scenario, recorder);
  return lengths;
}

function checkCuts(
  scenario: Scenario,
  whole: Outcome,
  cuts: Cuts,
  name: string,
): void {
  const link = punctualLink(scenario.latency, cuts, new Random(1));
  const found = difference(whole, play(scenario, link), true);
  if (found !== undefined) throw new Error(`${name}: ${found}`);
}

function closeKinds({ client, server }: Outcome): string[] {
  return [client, server].map((events) => {
    const last = events.at(-1);
    return last?.type === "closed" ? last.reason.kind : "none";
  });
}

const SCENARIOS: [string, Scenario, string[]][] = [
  ["a long life", LIFE, ["goaway", "drained"]],
  ["an expulsion", EXPULSION, ["goaway", "too-many-pings"]],
  ["a death", DEATH, ["keepalive-timeout", "keepalive-timeout"]],
];

for (const [name, scenario, kinds] of SCENARIOS) {
  Deno.test(`${name} is the same whichever octet a read ends with`, () => {
    const whole = play(scenario, steadyLink(scenario.latency));
    assertEquals(closeKinds(whole), kinds);
    let runs = 0;
    chunkLengths(scenario).forEach((length, chunk) => {
      for (let offset = 1; offset < length; offset++, runs++) {
        const cuts: Cuts = (_, index) => index === chunk ? [offset] : [];
        checkCuts(
          scenario,
          whole,
          cuts,
          `Chunk ${chunk} cut at ${offset} of ${length}`,
        );
      }
    });
    assertGreater(runs, 200);
  });

  Deno.test(`${name} is the same read octet by octet`, () => {
    const whole = play(scenario, steadyLink(scenario.latency));
    const cuts: Cuts = (octets) =>
      Array.from(octets.subarray(1), (_, i) => i + 1);
    checkCuts(scenario, whole, cuts, "Octet by octet");
  });
}
