import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import {
  clientParameters,
  ConnectionClosedError,
  serverParameters,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { Random } from "../harness/seed.ts";
import { FrameBabbler, greeting } from "./split_frames.ts";
import { give, takeAll } from "./split_player.ts";
import { randomSessionCommand, type Who } from "./split_scenario.ts";

const SEEDS: readonly number[] = [1, 20_260_821];
const RUNS = 2_000;
const STEPS = 40;

/**
 * What a peer may make a session queue in a run without being read: far below
 * the bound on replies, as no run says so much.
 */
const MOST_QUEUED = 400_000;

const STATES = ["handshaking", "open", "draining", "closed"];

function newSession(who: Who, random: Random): Session {
  const time = () => random.pick([1, 10, 50, 1_000, Infinity]);
  const common = { handshakeTimeout: time(), settingsTimeout: time() };
  const keepalive = { time: time(), timeout: time(), minimumTime: 1 };
  const parameters = who === "client"
    ? clientParameters({
      ...common,
      keepalive: {
        ...keepalive,
        permitWithoutStream: random.oneIn(2),
        maxPingsWithoutData: random.below(3),
      },
    })
    : serverParameters({
      ...common,
      keepalive: {
        ...keepalive,
        maxConnectionIdle: time(),
        maxConnectionAge: time(),
        maxConnectionAgeGrace: time(),
      },
      enforcement: {
        minTime: random.pick([0, 10, 100]),
        maxPingStrikes: random.below(3),
      },
      maxConcurrentStreams: random.pick([0, 1, 3, Infinity]),
    });
  const jitter = random.below(1_000) / 1_000;
  return new Session(parameters, 0, {
    random: jitter,
    observed: random.oneIn(2),
  });
}

const BAD_IDS = [0, -1, 1.5, NaN, 2 ** 31, 2 ** 32, Infinity];

/** A field whose value is no octets. */
const UNENCODABLE: readonly EncodableHeaderField[] = [["x", "\u20ac"]];

/** Arguments that no command should take. */
const BAD_COMMANDS: ((session: Session, now: number, bad: number) => void)[] = [
  (session, now, bad) =>
    session.streams.sendHeaders(bad, [["x", "y"]], true, now),
  (session, now, bad) =>
    session.streams.sendData(bad, new Uint8Array(1), true, now),
  (session, now, bad) => session.streams.reset(1, bad, now),
  (session, now, bad) => session.streams.reset(bad, 0, now),
  (session, now, bad) => session.streams.consumed(1, bad, now),
  (session, now, bad) => session.streams.consumed(bad, 1, now),
  (session, now) => session.streams.open(UNENCODABLE, true, now),
  (session, now) => session.streams.sendHeaders(1, UNENCODABLE, true, now),
  (session, now) => session.drain("caf\u00e9", now),
  (session, now) => session.drain("x".repeat(70_000), now),
];

/** One session that anything may happen to. */
class Chaos {
  readonly session: Session;
  readonly #random: Random;
  readonly #babbler: FrameBabbler;
  readonly #rudeness: number;
  readonly #isRead: boolean;
  #now = 0;
  #wall = 1_700_000_000_000;
  #state = 0;
  #lastEvent: SessionEvent | undefined;

  constructor(who: Who, random: Random) {
    this.#random = random;
    this.session = newSession(who, random);
    this.#babbler = new FrameBabbler(
      random,
      who,
      () => this.session.counters().streamsStarted,
    );
    this.#rudeness = random.pick([0, 1, 10]);
    this.#isRead = random.oneIn(2);
    if (!random.oneIn(10)) this.session.receive(greeting(who), 0);
  }

  /** Lets something happen, and checks what must hold ever after. */
  step(): void {
    switch (this.#random.below(10)) {
      case 0:
      case 1:
      case 2:
        this.#receive();
        break;
      case 3:
      case 4:
        this.#advance(this.#now + this.#random.pick([0, 1, 9, 40, 900]));
        break;
      case 5:
        this.#advance(Math.min(this.session.deadline(), this.#now + 1e6));
        break;
      case 6:
        this.#advance(this.#now - this.#random.below(100));
        break;
      case 7:
        this.#command((now) => {
          const bad = this.#random.pick(BAD_IDS);
          this.#random.pick(BAD_COMMANDS)(this.session, now, bad);
        });
        break;
      default:
        this.#command((now) => {
          const { role } = this.session.parameters;
          give(this.session, randomSessionCommand(this.#random, role, 3), now);
        });
    }
    if (this.#isRead) takeAll(this.session);
    this.#check();
  }

  /** The socket ends: so must the session. */
  finish(): void {
    if (this.#random.oneIn(2)) this.session.receiveEnd(this.#now);
    else this.session.receiveError("reset by the network", this.#now);
    this.#check();
    assertEquals(this.session.state.kind, "closed");
    assertEquals(this.#lastEvent?.type, "closed");
    assertLessOrEqual(this.session.takeOutput().length, MOST_QUEUED);
    assertEquals(this.session.takeOutput().length, 0);
  }

  #receive(): void {
    const octets = this.#random.oneIn(40)
      ? this.#random.octets(this.#random.below(40))
      : this.#babbler.say(this.#random.below(8), this.#rudeness);
    this.session.receive(octets, this.#now);
  }

  #advance(now: number): void {
    this.#now = Math.max(this.#now, now);
    this.#wall += this.#random.oneIn(20) ? this.#random.below(1e7) - 5e6 : 0;
    const wall = this.#random.oneIn(3) ? undefined : now + this.#wall;
    this.session.advance(now, wall);
    const deadline = this.session.deadline();
    assert(deadline > this.#now, `At ${this.#now} a deadline at ${deadline}`);
  }

  /** A command that is refused changes nothing. */
  #command(run: (now: number) => void): void {
    assertLessOrEqual(takeAll(this.session).length, MOST_QUEUED);
    this.#check();
    const before = this.#snapshot();
    try {
      run(this.#now);
    } catch (error) {
      const isTyped = error instanceof TypeError ||
        error instanceof RangeError || error instanceof ConnectionClosedError;
      if (!isTyped) throw error;
      assertEquals(this.session.takeOutput().length, 0, `After ${error}`);
      assertEquals(this.session.takeEvents(), [], `After ${error}`);
      assertEquals(this.#snapshot(), before, `After ${error}`);
    }
  }

  #snapshot(): unknown {
    const { session } = this;
    return [session.state, session.deadline(), session.counters()];
  }

  #check(): void {
    for (const event of this.session.takeEvents()) {
      assert(this.#lastEvent?.type !== "closed", "An event after the end");
      assertGreaterOrEqual(event.at, this.#lastEvent?.at ?? 0);
      this.#lastEvent = event;
    }
    const state = STATES.indexOf(this.session.state.kind);
    assertGreaterOrEqual(state, this.#state);
    this.#state = state;
    const { streamsStarted, streamsSucceeded, streamsFailed } = this.session
      .counters();
    assertGreaterOrEqual(streamsSucceeded, 0);
    assertLessOrEqual(streamsFailed, streamsStarted);
    if (this.session.state.kind !== "closed") return;
    assertEquals(this.session.deadline(), Infinity);
    assertEquals(this.#lastEvent?.type, "closed");
  }
}

for (const who of ["client", "server"] as const) {
  for (const seed of SEEDS) {
    Deno.test(`a ${who} survives anything: it throws what is documented, rests after each advance, and ends with its socket (seed ${seed}, ${RUNS} runs)`, () => {
      for (let run = 0; run < RUNS; run++) {
        const random = new Random(
          Math.imul(seed, 0x9e37_79b1) ^ Math.imul(run, 0x85eb_ca6b),
        );
        try {
          const chaos = new Chaos(who, random);
          for (let step = 0; step < STEPS; step++) chaos.step();
          chaos.finish();
        } catch (cause) {
          throw new Error(`Seed ${seed}, run ${run}: ${cause}`, { cause });
        }
      }
    });
  }
}

/** Replies that may wait, each a PING acknowledgement, and what little else. */
const QUEUE_BOUND = 10_000 * 17 + 1_000;

for (const who of ["client", "server"] as const) {
  Deno.test(`a ${who} whose peer talks and never reads queues a bounded number of octets, and ends the connection`, () => {
    for (const seed of SEEDS) {
      const parameters = who === "client"
        ? clientParameters()
        : serverParameters({ enforcement: { maxPingStrikes: 0 } });
      const session = new Session(parameters, 0);
      const babbler = new FrameBabbler(new Random(seed), who, () => 0);
      session.receive(greeting(who), 0);
      let now = 0;
      while (session.state.kind !== "closed" && now < 10_000) {
        session.receive(babbler.say(20, 0), ++now * 10);
        session.takeEvents();
      }
      assertEquals(session.state.kind, "closed", `Seed ${seed}`);
      assertLessOrEqual(session.takeOutput().length, QUEUE_BOUND);
    }
  });
}
