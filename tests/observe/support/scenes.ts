import { Recorder, type Recording } from "../../../src/recorder/mod.ts";
import {
  Echo,
  World,
  type WorldOptions,
} from "../../simulation/support/world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What happened in a scene, as both ends have recorded it. */
export interface Scene {
  /** What the client remembers. */
  readonly client: Recording[];
  /** What the server remembers. */
  readonly server: Recording[];
}

/** A channel and a server in virtual time, each with a recorder. */
class Stage {
  readonly world: World;
  readonly client = new Recorder({ calls: true });
  readonly server = new Recorder({ calls: true });

  constructor(options: WorldOptions) {
    this.world = new World(7, {
      server: { observer: this.server, ...options.server },
      channel: { observer: this.client, ...options.channel },
    });
    const { clock } = this.world;
    // It was on that day; what the clock counts begins there.
    let slept = 0;
    clock.wall = () => Date.UTC(2026, 10, 28, 12) + clock.now() + slept;
    this.sleep = (milliseconds) => void (slept += milliseconds);
  }

  /** The machine sleeps: only the wall clock goes on. */
  readonly sleep: (milliseconds: number) => void;

  /** A call every few seconds, for a while. */
  async calls(every: number, until: number): Promise<void> {
    const { world } = this;
    while (world.clock.now() + every <= until) {
      world.call();
      await world.clock.advance(every);
    }
    await world.clock.advance(until - world.clock.now());
  }

  async end(): Promise<Scene> {
    const scene = {
      client: this.client.recordings(),
      server: this.server.recordings(),
    };
    await this.world.end();
    return scene;
  }
}

const ALIVE = {
  keepalive: { time: 10 * SECOND, timeout: SECOND, permitWithoutStream: true },
};
const PATIENT = {
  enforcement: { minTime: 5 * SECOND, permitWithoutStream: true },
};

/** The network loses everything from one moment on, and is back later. */
export async function blackHole(): Promise<Scene> {
  const stage = new Stage({ channel: ALIVE, server: PATIENT });
  const { clock, network } = stage.world;
  await stage.calls(14 * SECOND, 60 * SECOND);
  network.dark();
  await stage.calls(8 * SECOND, 90 * SECOND);
  network.light();
  await stage.calls(14 * SECOND, 140 * SECOND);
  await clock.advance(5 * SECOND);
  return await stage.end();
}

/** Connections grow old, and are drained in two phases. */
export async function drain(): Promise<Scene> {
  const stage = new Stage({
    channel: ALIVE,
    server: {
      ...PATIENT,
      keepalive: {
        maxConnectionAge: 30 * SECOND,
        maxConnectionAgeGrace: 10 * SECOND,
      },
    },
  });
  const watch = hold(stage);
  await stage.calls(14 * SECOND, 80 * SECOND);
  await watch.catch(() => {});
  return await stage.end();
}

/** The client pings more often than the server allows. */
export async function tooManyPings(): Promise<Scene> {
  const stage = new Stage({
    channel: { ...ALIVE },
    server: { enforcement: { minTime: MINUTE, advertise: false } },
  });
  const watch = hold(stage);
  await stage.world.clock.advance(70 * SECOND);
  await watch;
  return await stage.end();
}

/** A NAT forgets a connection that was idle; new ones find their way. */
export async function natTimeout(): Promise<Scene> {
  const stage = new Stage({
    channel: {
      keepalive: {
        time: 5 * MINUTE,
        timeout: 20 * SECOND,
        permitWithoutStream: true,
      },
    },
    server: PATIENT,
  });
  const { clock, network } = stage.world;
  await stage.calls(5 * SECOND, 20 * SECOND);
  await clock.advance(4 * MINUTE);
  network.dark();
  await clock.advance(81 * SECOND);
  network.light();
  await stage.calls(5 * SECOND, 6 * MINUTE);
  return await stage.end();
}

/** The machine of the client sleeps for two hours. */
export async function suspend(): Promise<Scene> {
  const stage = new Stage({ channel: ALIVE, server: PATIENT });
  const { clock, network } = stage.world;
  await stage.calls(14 * SECOND, 60 * SECOND);
  stage.sleep(120 * MINUTE);
  network.dark();
  await clock.advance(16 * SECOND);
  network.light();
  await stage.calls(14 * SECOND, 120 * SECOND);
  return await stage.end();
}

/** All of them, by name. */
export const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  "black hole": blackHole,
  "drain": drain,
  "too many pings": tooManyPings,
  "NAT timeout": natTimeout,
  "suspend": suspend,
};

/** A call that does not end by itself. */
async function hold({ world }: Stage): Promise<void> {
  try {
    const messages = world.channel.serverStreaming(
      Echo.watch,
      new Uint8Array(1),
    );
    for await (const _ of messages);
  } catch {
    // It ends with its connection.
  }
}
