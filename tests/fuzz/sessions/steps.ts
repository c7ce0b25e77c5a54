import type {
  ClientSessionOptions,
  ServerSessionOptions,
} from "../../../src/session/mod.ts";
import { concat } from "../../harness/octets.ts";
import type { Random } from "../../harness/seed.ts";
import { FrameMaker } from "../inputs/frames.ts";
import { mutate, randomCuts } from "../inputs/octets.ts";

/** What an owner asks of a session. */
export type Command =
  | { readonly do: "open"; readonly fields: number; readonly end: boolean }
  | {
    readonly do: "headers" | "refuse";
    readonly stream: number;
    readonly end: boolean;
  }
  | {
    readonly do: "data";
    readonly stream: number;
    readonly size: number;
    readonly end: boolean;
  }
  | { readonly do: "reset"; readonly stream: number; readonly code: number }
  | {
    readonly do: "consumed";
    readonly stream: number;
    readonly octets: number;
  }
  | {
    readonly do:
      | "ping"
      | "probe"
      | "drain"
      | "close"
      | "hang up"
      | "break"
      | "write progress";
  };

/** What happens to a session. */
export type Step =
  | {
    readonly do: "receive";
    readonly octets: Uint8Array;
    readonly cuts: number[];
  }
  /** The peer acknowledges all SETTINGS and PINGs that it has been sent. */
  | { readonly do: "acknowledge" }
  /** Time passes, and everything that is due is done when it is. */
  | { readonly do: "wait"; readonly time: number }
  /** Time passes, and nobody looks; the wall clock may go on alone. */
  | { readonly do: "sleep"; readonly time: number; readonly wall: number }
  | Command;

/** A life of a session. */
export interface Life {
  readonly options: ClientSessionOptions | ServerSessionOptions;
  readonly steps: Step[];
}

/** One of so many choices of a peer is a slip: the lives are long, and short. */
const RARITIES = [3, 20, 200, 1_000_000];

/** A life of a session with a role. */
export function randomLife(random: Random, role: "client" | "server"): Life {
  const options = role === "client"
    ? clientOptions(random)
    : serverOptions(random);
  const rarity = random.pick(RARITIES);
  const other = role === "client" ? "server" : "client";
  const maker = new FrameMaker(random, other, rarity);
  const steps: Step[] = [];
  const receive = (octets: Uint8Array) => {
    const cuts = randomCuts(random, octets.length);
    steps.push({ do: "receive", octets, cuts });
  };
  if (!random.oneIn(rarity)) receive(maker.opening());
  const hasCommands = !random.oneIn(5);
  for (let count = random.below(50); count > 0; count--) {
    const kind = random.below(8);
    if (kind === 0) steps.push({ do: "acknowledge" });
    else if (kind === 1) {
      if (!random.oneIn(4)) steps.push({ do: "acknowledge" });
      steps.push(randomPause(random));
    } else if (kind < 5 && hasCommands) {
      const command = randomCommand(random, role, maker.opened);
      if (command.do === "open" && role === "client") maker.opened++;
      steps.push(command);
    } else if (maker.opened > 0 || role === "server" || random.oneIn(rarity)) {
      receive(randomOctets(random, maker, rarity));
    }
  }
  return { options, steps };
}

function randomOctets(
  random: Random,
  maker: FrameMaker,
  rarity: number,
): Uint8Array {
  const octets = concat(
    ...Array.from({ length: 1 + random.below(4) }, () => maker.next()),
  );
  return random.oneIn(rarity) ? mutate(random, octets) : octets;
}

function randomPause(random: Random): Step {
  const time = random.pick([0, 1, 10, 100, 1_000, 5_000, 30_000, 200_000]);
  return random.oneIn(4)
    ? { do: "sleep", time, wall: random.pick([0, 0, 60_000, -60_000]) }
    : { do: "wait", time };
}

/** One of the last streams, those of a push, and what is no stream. */
function randomStream(random: Random, opened: number): number {
  if (random.oneIn(20)) return random.pick([0, 2, 101, 0x7fff_ffff]);
  return 1 + 2 * Math.max(0, opened - 1 - random.below(4));
}

/** A command; one in fifty is the end. */
export function randomCommand(
  random: Random,
  role: "client" | "server",
  opened: number,
): Command {
  const stream = randomStream(random, opened);
  const end = random.oneIn(4);
  if (role === "client" && opened === 0 && !random.oneIn(10)) {
    return { do: "open", fields: random.below(30), end };
  }
  if (random.oneIn(50)) {
    return { do: random.pick(["drain", "drain", "close", "hang up", "break"]) };
  }
  switch (random.below(10)) {
    case 0:
    case 1:
      return role === "client" || random.oneIn(20)
        ? { do: "open", fields: random.below(30), end }
        : { do: "headers", stream, end };
    case 2:
      return role === "server" && random.oneIn(3)
        ? { do: "refuse", stream, end: true }
        : { do: "headers", stream, end };
    case 3:
    case 4:
    case 5: {
      const size = random.pick([0, 1, 100, 5_000, 40_000, 100_000]);
      return { do: "data", stream, size, end };
    }
    case 6:
      if (!random.oneIn(3)) return { do: "headers", stream, end };
      return { do: "reset", stream, code: random.below(14) };
    case 7:
      return { do: "ping" };
    case 8:
      return { do: random.pick(["probe", "write progress"]) };
    default: {
      const octets = random.pick([0, 1, 100, 5_000, 16_384, 40_000]);
      return { do: "consumed", stream, octets };
    }
  }
}

/** Options of a client with keepalive at all speeds. */
export function clientOptions(random: Random): ClientSessionOptions {
  return {
    ...timeouts(random),
    keepalive: random.oneIn(3) ? {} : {
      time: random.pick([1_000, 20_000, Infinity]),
      timeout: random.pick([500, 20_000]),
      minimumTime: 1,
      permitWithoutStream: random.oneIn(2),
      maxPingsWithoutData: random.below(3),
    },
  };
}

/** Options of a server with all its limits. */
export function serverOptions(random: Random): ServerSessionOptions {
  const some = (values: readonly number[]) =>
    random.oneIn(2) ? random.pick(values) : undefined;
  return {
    ...timeouts(random),
    maxConcurrentStreams: random.pick([0, 1, 2, 5, 5, 1_000, Infinity]),
    keepalive: {
      time: random.pick([1_000, 20_000, Infinity]),
      timeout: random.pick([500, 20_000]),
      maxConnectionIdle: some([10, 20_000, 60_000]),
      maxConnectionAge: some([50, 60_000]),
      maxConnectionAgeGrace: some([10, 5_000]),
    },
    enforcement: {
      minTime: random.pick([0, 1_000, 300_000]),
      permitWithoutStream: random.oneIn(2),
      maxPingStrikes: random.below(4),
    },
  };
}

function timeouts(random: Random): ClientSessionOptions {
  return {
    handshakeTimeout: random.oneIn(9) ? 10 : random.pick([20_000, Infinity]),
    settingsTimeout: random.oneIn(9) ? 10 : random.pick([20_000, Infinity]),
  };
}
