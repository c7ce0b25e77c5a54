import { assert, assertEquals } from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { chooseSeed, Random } from "../harness/seed.ts";
import { Echo, World } from "./support/world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Steps of a life; seeds that are tried in a test. */
const STEPS = 120;
const LIVES = 6;

/** How a call may end in a world with troubles. */
const EXCUSES: readonly number[] = [
  Status.UNAVAILABLE,
  Status.DEADLINE_EXCEEDED,
  Status.CANCELLED,
];

/** A channel and a server in a world where anything happens at any time. */
class Life {
  readonly world: World;
  readonly #random: Random;
  readonly #problems: string[] = [];
  #running = 0;
  #isUp = true;
  #ended = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    const pick = <T>(list: readonly T[]) => this.#random.pick(list);
    this.world = new World(seed, {
      capacity: pick([1_024, 16_384, 262_144]),
      server: {
        keepalive: {
          maxConnectionAge: pick([20 * SECOND, 2 * MINUTE, Infinity]),
          maxConnectionAgeGrace: pick([SECOND, Infinity]),
          maxConnectionIdle: pick([15 * SECOND, Infinity]),
          time: pick([5 * SECOND, MINUTE]),
          timeout: 2 * SECOND,
        },
        enforcement: { minTime: 5 * SECOND, permitWithoutStream: true },
        maxConcurrentStreams: pick([2, 100]),
        onHandlerError: () => {},
      },
      channel: {
        keepalive: {
          time: pick([10 * SECOND, MINUTE]),
          timeout: SECOND,
          permitWithoutStream: pick([true, false]),
        },
        idleTimeout: pick([30 * SECOND, Infinity]),
        loadBalancing: pick(["pick_first", "round_robin"] as const),
      },
    });
  }

  /** What was wrong, and nothing that ran is left. */
  async end(): Promise<string[]> {
    await this.#heal();
    await this.#provesWell();
    await this.world.clock.advance(5 * MINUTE);
    if (this.#running > 0) this.#problems.push(`${this.#running} calls hang`);
    await this.world.end();
    const { network, clock } = this.world;
    if (network.open > 0) this.#problems.push(`${network.open} sockets left`);
    if (clock.pending > 0) this.#problems.push(`${clock.pending} timers left`);
    return this.#problems;
  }

  /** Calls that have ended. */
  get ended(): number {
    return this.#ended;
  }

  async step(): Promise<void> {
    const { network, clock, channel } = this.world;
    switch (this.#random.below(12)) {
      case 0:
        network.dark();
        break;
      case 1:
      case 2:
        network.light();
        break;
      case 3:
        network.reset();
        break;
      case 4:
        this.#stop();
        break;
      case 5:
      case 6:
        this.#start();
        break;
      case 7:
        if (this.#random.oneIn(4)) channel.enterIdle();
        break;
      case 8:
        channel.resetBackoff();
        break;
      default:
        this.#burst();
    }
    await clock.advance(this.#random.pick([1, 50, SECOND, 8 * SECOND]));
  }

  #stop(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    const { server } = this.world;
    if (this.#random.oneIn(2)) void server.close();
    else void server.shutdown({ grace: this.#random.below(5_000) });
  }

  #start(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.world.startServer();
  }

  #burst(): void {
    const count = 1 + this.#random.below(8);
    for (let i = 0; i < count; i++) void this.#call();
  }

  /** Makes a call, which must end by its deadline, and with a reason. */
  async #call(): Promise<void> {
    const { clock, channel } = this.world;
    const deadline = this.#random.pick([10, SECOND, 20 * SECOND]);
    const octets = this.#random.pick([0, 100, 50_000]);
    const options = { deadline, waitForReady: this.#random.oneIn(3) };
    const request = new Uint8Array(octets);
    const begin = clock.now();
    this.#running++;
    try {
      if (this.#random.oneIn(3)) {
        for await (
          const _each of channel.serverStreaming(Echo.watch, request, options)
        );
        this.#problems.push("an endless stream has ended");
      } else {
        const { length } = await channel.unary(Echo.unary, request, options);
        if (length !== octets) this.#problems.push(`${length} of ${octets}`);
      }
    } catch (error) {
      const isExcused = error instanceof GrpcError &&
        EXCUSES.includes(error.code);
      if (!isExcused) this.#problems.push(String(error));
    } finally {
      this.#running--;
      this.#ended++;
    }
    const took = clock.now() - begin;
    if (took > deadline + 1) {
      this.#problems.push(`a call of ${deadline} ms took ${took} ms`);
    }
  }

  /** A call is made to notice that a connection is broken, if there is one. */
  async #heal(): Promise<void> {
    this.world.network.light();
    this.#start();
    void this.#call();
    await this.world.clock.advance(3 * MINUTE);
  }

  /** Once all is well, a call is made, after the longest backoff at most. */
  async #provesWell(): Promise<void> {
    const { channel, clock } = this.world;
    const options = { deadline: 4 * MINUTE, waitForReady: true };
    const proof = channel.unary(Echo.unary, new Uint8Array(5), options)
      .then(() => "OK", String);
    await clock.advance(4 * MINUTE);
    const outcome = await proof;
    if (outcome !== "OK") this.#problems.push(`when all is well: ${outcome}`);
  }
}

Deno.test("whatever happens to the network and the server, calls end in time, and all is well when it is over", async () => {
  const first = chooseSeed();
  for (let seed = first; seed < first + LIVES; seed++) {
    const life = new Life(seed);
    for (let i = 0; i < STEPS; i++) await life.step();
    assertEquals(await life.end(), [], `SEED=${seed}`);
    assert(life.ended > 50, `${life.ended} calls, SEED=${seed}`);
  }
});

Deno.test("a life is the same for the same seed, event for event", async () => {
  const seed = chooseSeed();
  const run = async () => {
    const life = new Life(seed);
    for (let i = 0; i < STEPS; i++) await life.step();
    await life.end();
    return life.world.log();
  };
  assertEquals(await run(), await run(), `SEED=${seed}`);
});
