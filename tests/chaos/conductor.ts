/**
 * Runs a plan: the server, the relay, the clients, and what happens to them.
 *
 * @module
 */
import type { Disturbance, Plan } from "./plan.ts";
import { freePorts } from "./ports.ts";
import { onDeno, Program } from "./program.ts";
import {
  type CallRecord,
  type ClientEvent,
  type ClientLine,
  type ClientSettings,
  now,
} from "./records.ts";
import { Relay } from "../harness/relay.ts";
import type { ServerLine, ServerSettings } from "./server.ts";
import type { Stack } from "./stacks.ts";

/** A disturbance that was done. Times are milliseconds since 1970. */
export interface Done extends Disturbance {
  /** When it began. */
  readonly from: number;
  /** When all was well again, as far as the server and the relay go. */
  readonly to: number;
}

/** What a client of the run reported. */
export interface Reported {
  /** Its stack. */
  readonly name: string;
  /** Its calls, in the order of their ends. */
  readonly calls: readonly CallRecord[];
  /** What happened to its connections. */
  readonly events: readonly ClientEvent[];
  /** When its last call was made. */
  readonly stoppedAt: number;
  /** The longest time that the program did not get to run. */
  readonly longestPause: number;
}

/** A run that is over. */
export interface Run {
  readonly plan: Plan;
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
  readonly disturbances: readonly Done[];
  readonly clients: readonly Reported[];
}

/**
 * Octets that pass in a second while the network is slow: a fraction of what
 * the calls of a client need.
 */
const SLOW_RATE = 4_096;

/**
 * Runs a plan with a client of each stack at once, through the same relay.
 *
 * @param tell Is told what happens.
 */
export async function conduct(
  plan: Plan,
  stacks: readonly Stack[],
  tell: (text: string) => void,
): Promise<Run> {
  const [serverPort, relayPort] = freePorts(2);
  await using supervisor = new Supervisor(serverPort);
  await supervisor.start();
  await using relay = new Relay(serverPort, { port: relayPort });
  await using programs = new AsyncDisposableStack();
  const { rate, deadline, keepalive } = plan;
  const settings = { target: relay.target, rate, deadline, keepalive };
  const clients = stacks.map(({ name, command }) => ({
    name,
    program: programs.use(
      new Program<ClientLine>(command, settings satisfies ClientSettings),
    ),
  }));
  const served = async (since: number) => {
    await Promise.all(clients.map(({ program }) => success(program, since)));
  };
  await served(0);
  const start = now();
  const disturbances: Done[] = [];
  for (const disturbance of plan.disturbances) {
    await sleep(start + disturbance.at - now());
    // What a pause of the last one costs is no fault of this one.
    await served(disturbances.at(-1)?.to ?? start);
    tell(`${seconds(now() - start)} ${describe(disturbance)}`);
    const from = now();
    await disturb(disturbance, supervisor, relay);
    disturbances.push({ ...disturbance, from, to: now() });
  }
  await sleep(start + plan.duration - now());
  tell(`${seconds(now() - start)} the end of the load`);
  await Promise.all(clients.map(({ program }) => program.finish()));
  return {
    plan,
    start,
    disturbances,
    clients: await Promise.all(clients.map(reported)),
  };
}

/** What happens, for people. */
export function describe({ kind, lasts }: Disturbance): string {
  return lasts === 0 ? kind : `${kind} for ${seconds(lasts)}`;
}

/** A time, for people. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

async function disturb(
  { kind, lasts }: Disturbance,
  supervisor: Supervisor,
  relay: Relay,
): Promise<void> {
  switch (kind) {
    case "kill":
      return await supervisor.replace("SIGKILL", lasts);
    case "drain":
      return await supervisor.replace("SIGTERM", lasts);
    case "restart":
      return await supervisor.relieve();
    case "dark":
      return relay.dark("present");
    case "stall":
      relay.stall();
      break;
    case "slow":
      relay.slow(SLOW_RATE);
      break;
    case "refuse":
      relay.refuse();
      await sleep(lasts);
      return relay.admit();
  }
  await sleep(lasts);
  relay.flow();
}

/** Keeps a server running on a port. */
class Supervisor implements AsyncDisposable {
  readonly #port: number;
  readonly #servers = new AsyncDisposableStack();
  #server: Program<ServerLine> | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const settings: ServerSettings = { port: this.#port };
    const server = this.#servers.use(
      new Program<ServerLine>(onDeno("server.ts"), settings),
    );
    await server.waitFor("listening");
    this.#server = server;
  }

  /** Ends the server, and starts another some time after that. */
  async replace(signal: "SIGKILL" | "SIGTERM", pause: number): Promise<void> {
    this.#server?.signal(signal);
    await this.#server?.ended;
    await sleep(pause);
    await this.start();
  }

  /** Starts another server on the same port, then drains the first. */
  async relieve(): Promise<void> {
    const before = this.#server;
    await this.start();
    before?.signal("SIGTERM");
    await before?.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#servers[Symbol.asyncDispose]();
  }
}

/** Waits for a unary call that begins at a time or later, and succeeds. */
async function success(
  program: Program<ClientLine>,
  since: number,
): Promise<void> {
  const isSuccess = ({ kind, code, startedAt }: CallRecord) =>
    kind === "unary" && code === 0 && startedAt >= since;
  await program.waitFor("calls", ({ calls }) => calls.some(isSuccess));
}

async function reported(
  { name, program }: { name: string; program: Program<ClientLine> },
): Promise<Reported> {
  const { stoppedAt, longestPause } = await program.waitFor("done");
  const { lines } = program;
  return {
    name,
    calls: lines.flatMap((line) => line.type === "calls" ? line.calls : []),
    events: lines.filter((line) => line.type === "event"),
    stoppedAt,
    longestPause,
  };
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
