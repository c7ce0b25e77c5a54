import type {
  ClientSessionOptions,
  ServerSessionOptions,
} from "../../src/session/mod.ts";
import type { Random } from "../harness/seed.ts";

/** One end of a pair. */
export type Who = "client" | "server";

/** What a session is told to do. */
export type SessionCommand =
  & { readonly who: Who }
  & (
    | { readonly do: "pings"; readonly count: number }
    | { readonly do: "open"; readonly fields: number; readonly end: boolean }
    | { readonly do: "headers"; readonly stream: number; readonly end: boolean }
    | {
      readonly do: "data";
      readonly stream: number;
      readonly size: number;
      readonly end: boolean;
    }
    | { readonly do: "reset"; readonly stream: number }
    | { readonly do: "drain" | "close" | "hang up" }
  );

/** What happens to a pair. */
export type Command =
  | SessionCommand
  | { readonly do: "consume"; readonly who: Who }
  | { readonly do: "cut" };

/** A command and its time, in milliseconds. */
export type TimedCommand = Command & { readonly at: number };

/** Two ends, what lies between them, and what they are told to do. */
export interface Scenario {
  readonly client: ClientSessionOptions;
  readonly server: ServerSessionOptions;
  /** Milliseconds that octets travel. */
  readonly latency: number;
  readonly commands: readonly TimedCommand[];
  /** When both sockets end, and with them the scenario. */
  readonly until: number;
}

/**
 * A scenario in which every time is a whole number of milliseconds: nothing
 * happens less than one apart, unless at once.
 */
export function randomScenario(random: Random): Scenario {
  const unit = random.pick([1, 1, 10, 100]);
  const until = 800 * unit;
  return {
    client: clientOptions(random, unit),
    server: serverOptions(random, unit),
    latency: 1 + random.below(15 * unit),
    commands: randomCommands(random, until, () => random.below(until)),
    until,
  };
}

/**
 * A scenario without machines that measure silence, whose commands are far
 * enough apart for all octets to arrive in between.
 */
export function spacedScenario(random: Random): Scenario {
  const gap = 100;
  const until = 25 * gap;
  const minTime = random.pick([0, 250, 1_050]);
  return {
    client: {},
    server: {
      keepalive: { time: Infinity },
      enforcement: { ...policy(random), minTime, tolerance: 0 },
      maxConcurrentStreams: 1 + random.below(4),
    },
    latency: 1 + random.below(10),
    commands: randomCommands(
      random,
      until,
      () => gap * (1 + random.below(24)),
    ),
    until,
  };
}

function clientOptions(random: Random, unit: number): ClientSessionOptions {
  const keepalive = random.oneIn(5) ? {} : {
    time: (20 + random.below(150)) * unit,
    timeout: (5 + random.below(200)) * unit,
    minimumTime: 1,
    permitWithoutStream: random.oneIn(2),
    maxPingsWithoutData: random.pick([0, 0, 1, 3]),
  };
  return { keepalive, ...timeouts(random, unit) };
}

function serverOptions(random: Random, unit: number): ServerSessionOptions {
  const time = random.oneIn(3) ? Infinity : (20 + random.below(200)) * unit;
  return {
    ...timeouts(random, unit),
    keepalive: {
      time,
      timeout: (5 + random.below(200)) * unit,
      minimumTime: 1,
      ...(random.oneIn(3)
        ? { maxConnectionIdle: (50 + random.below(400)) * unit }
        : {}),
      ...(random.oneIn(3)
        ? { maxConnectionAge: (100 + random.below(500)) * unit }
        : {}),
      ...(random.oneIn(2)
        ? { maxConnectionAgeGrace: (1 + random.below(200)) * unit }
        : {}),
    },
    enforcement: {
      ...policy(random),
      minTime: random.below(150) * unit,
      tolerance: random.below(10),
    },
    maxConcurrentStreams: 1 + random.below(5),
  };
}

function policy(random: Random): ServerSessionOptions["enforcement"] {
  return {
    permitWithoutStream: random.oneIn(2),
    maxPingStrikes: random.pick([0, 0, 1, 2, 3]),
  };
}

function timeouts(
  random: Random,
  unit: number,
): { handshakeTimeout?: number; settingsTimeout?: number } {
  return random.oneIn(10)
    ? {
      handshakeTimeout: (1 + random.below(40)) * unit,
      settingsTimeout: (1 + random.below(40)) * unit,
    }
    : {};
}

function randomCommands(
  random: Random,
  until: number,
  randomTime: () => number,
): TimedCommand[] {
  const times = Array.from({ length: 4 + random.below(20) }, randomTime)
    .filter((at) => at < until)
    .sort((a, b) => a - b);
  let opened = 0;
  return times.map((at) => {
    const command = randomCommand(random, opened);
    if (command.do === "open") opened++;
    return { at, ...command };
  });
}

const KINDS: readonly SessionCommand["do"][] = [
  ...Array(7).fill("open"),
  ...Array(5).fill("headers"),
  ...Array(8).fill("data"),
  ...Array(4).fill("pings"),
  ...Array(1).fill("reset"),
];

const ENDINGS = ["drain", "drain", "close", "hang up"] as const;

/** One of so many commands is the end of the connection. */
const LIFE = 30;

function randomCommand(random: Random, opened: number): Command {
  const who = random.oneIn(2) ? "client" : "server";
  if (random.oneIn(10)) return { do: "consume", who };
  if (random.oneIn(2 * LIFE)) return { do: "cut" };
  const command = randomSessionCommand(random, who, opened);
  return command.do === "open" ? { ...command, who: "client" } : command;
}

/** A command for one end; a server may be told to open a stream, too. */
export function randomSessionCommand(
  random: Random,
  who: Who,
  opened: number,
): SessionCommand {
  const kind = random.oneIn(LIFE) ? random.pick(ENDINGS) : random.pick(KINDS);
  const stream = 1 + 2 * random.below(Math.max(opened, 1));
  switch (kind) {
    case "pings":
      return { do: kind, who, count: random.pick([1, 1, 2, 5]) };
    case "open": {
      const fields = 1 + random.below(40);
      return { do: kind, who, fields, end: random.oneIn(3) };
    }
    case "headers":
      return { do: kind, who, stream, end: random.oneIn(3) };
    case "data": {
      const size = random.pick([0, 1, 100, 1_000, 40_000]);
      return { do: kind, who, stream, size, end: random.oneIn(4) };
    }
    case "reset":
      return { do: kind, who, stream };
    default:
      return { do: kind, who };
  }
}
