import { assertGreater } from "@std/assert";
import {
  clientParameters,
  serverParameters,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";
import { Random } from "../harness/seed.ts";
import { alike } from "./split_compare.ts";
import { FrameBabbler, greeting } from "./split_frames.ts";
import { randomCuts } from "./split_link.ts";
import {
  answerOf,
  type Counted,
  counted,
  give,
  takeAll,
} from "./split_player.ts";
import {
  randomSessionCommand,
  type SessionCommand,
  type Who,
} from "./split_scenario.ts";

/** What one read brings, and what the session is told after it. */
interface Turn {
  readonly at: number;
  readonly octets: Uint8Array;
  readonly command: SessionCommand;
}

/** What a session did in one turn. */
interface Doing {
  readonly events: SessionEvent[];
  readonly output: Uint8Array;
  readonly answer: string;
  readonly counted: Counted;
}

function newSession(who: Who, random: Random): Session {
  const keepalive = { time: 50, timeout: 30, minimumTime: 1 };
  const enforcement = {
    minTime: random.pick([0, 30]),
    maxPingStrikes: random.pick([0, 2]),
  };
  const parameters = who === "client"
    ? clientParameters({ keepalive })
    : serverParameters({ keepalive, enforcement, maxConcurrentStreams: 3 });
  return new Session(parameters, 0, { random: 0.5, observed: true });
}

const OPEN: SessionCommand = {
  do: "open",
  who: "client",
  fields: 1,
  end: false,
};

function randomTurns(who: Who, random: Random): Turn[] {
  const babbler = new FrameBabbler(random, who, () => 2);
  const rudeness = random.pick([0, 5, 20]);
  return Array.from({ length: 8 }, (_, i) => ({
    at: i * random.pick([5, 10, 40]),
    octets: i === 0
      ? greeting(who)
      : babbler.say(random.below(random.pick([3, 12])), rudeness),
    command: who === "client" && i < 2
      ? OPEN
      : randomSessionCommand(random, who, 2),
  })).sort((a, b) => a.at - b.at);
}

/** Plays turns; each read comes in the pieces that `split` makes of it. */
function play(
  session: Session,
  turns: readonly Turn[],
  split: (octets: Uint8Array, index: number) => Uint8Array[],
): Doing[] {
  return turns.map(({ at, octets, command }, index) => {
    while (session.deadline() <= at) session.advance(session.deadline());
    for (const piece of split(octets, index)) session.receive(piece, at);
    const events = [...session.takeEvents()];
    const answer = answerOf(() => give(session, command, at));
    const output = takeAll(session);
    events.push(...session.takeEvents());
    return { events, output, answer, counted: counted(session) };
  });
}

function pieces(octets: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts, octets.length];
  return ends.map((end, i) => octets.slice(i === 0 ? 0 : ends[i - 1], end));
}

function display(value: unknown): string {
  return JSON.stringify(
    value,
    (_, value) => value instanceof Uint8Array ? value.toHex() : value,
  );
}

const SEEDS: readonly number[] = [1, 20_260_821];
const RUNS = 2_500;

for (const who of ["client", "server"] as const) {
  for (const seed of SEEDS) {
    Deno.test(`a ${who} does the same with any frames in one read or in many (seed ${seed}, ${RUNS} runs)`, () => {
      let events = 0;
      for (let run = 0; run < RUNS; run++) {
        const replaySeed = Math.imul(seed, 0x9e37_79b1) ^
          Math.imul(run, 0x85eb_ca6b);
        const fresh = () => newSession(who, new Random(replaySeed));
        const random = new Random(~replaySeed);
        const turns = randomTurns(who, random);
        const cuts = randomCuts(random);
        const whole = play(fresh(), turns, (octets) => [octets]);
        const split = play(
          fresh(),
          turns,
          (octets, index) => pieces(octets, cuts(octets, index)),
        );
        events += whole.reduce((sum, { events }) => sum + events.length, 0);
        const at = whole.findIndex((doing, i) => !alike(doing, split[i], true));
        if (at < 0) continue;
        throw new Error([
          `Seed ${seed}, run ${run}, turn ${at}: ${display(turns[at])}`,
          `In one read: ${display(whole[at])}`,
          `In many: ${display(split[at])}`,
        ].join("\n"));
      }
      assertGreater(events, 5 * RUNS);
    });
  }
}
