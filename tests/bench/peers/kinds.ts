/**
 * All that `peers.ts` can measure.
 *
 * @module
 */
import { FLOOR } from "../calls_stacks.ts";
import { measureCold } from "./cold.ts";
import { measureCores } from "./cores.ts";
import { measureCross } from "./cross.ts";
import { measureH2load } from "./h2load.ts";
import { measureIdle } from "./idle.ts";
import { isForBareSockets, JOB_GROUPS, type JobGroup } from "./jobs.ts";
import { type Contender, takeTurns, withItself } from "./rounds.ts";
import type { Prepared, Setting } from "./setting.ts";
import type { Section, Table } from "./tables.ts";

/** A kind of jobs. */
export interface Kind extends Pick<Section, "id" | "title" | "note"> {
  /** Measures all stacks. */
  readonly measure: (setting: Setting) => Promise<Table[]>;
}

const IDLE_NOTE =
  "A PING after ten seconds of silence, and no call; all are measured in the same 25 s, at the end that sends PINGs, and the other end is the same for all. CPU is processor time of the process. Memory is that of the process with 1 000 connections, and that of each of 10 000 above what the process had after 1 000 had come and gone, without a forced garbage collection. `bare` are Deno's sockets, which send the same octets without a library.";

/** All kinds, in the order of the report. */
export const KINDS: readonly Kind[] = [
  ...JOB_GROUPS.map(kindOf),
  {
    id: "cold",
    title: "From the start of two processes to the first answer",
    note:
      "A server is started, then a client that makes one call; figures are milliseconds from the start of each process.",
    measure: (setting) => measureCold(withoutFloor(setting)),
  },
  {
    id: "cross",
    title: "One side alone",
    note:
      "A client or a server of this package in the place of theirs, the other end being that of the other stack: above 1, the pair is faster with it than with both ends theirs. `ours serves` is their client with our server, `ours calls` our client with their server.",
    measure: (setting) => measureCross(withoutFloor(setting)),
  },
  {
    id: "h2load",
    title: "Servers under h2load",
    note:
      "The client is that of nghttp2, which nobody here wrote: each server alone. So is nghttpd, which answers a GET with a file as long as a request, without gRPC.",
    measure: (setting) => measureH2load(withoutFloor(setting)),
  },
  {
    id: "cores",
    title: "Many cores",
    note:
      "Processes of our server that share a port: above 1, two do more than one. The clients take their part of the same cores: what a call costs tells more than how many there are.",
    measure: measureCores,
  },
  {
    id: "idle-server",
    title: "A server with idle connections",
    note: IDLE_NOTE,
    measure: (setting) => measureIdle("server", setting),
  },
  {
    id: "idle-client",
    title: "A client with idle connections",
    note: IDLE_NOTE,
    measure: (setting) => measureIdle("client", setting),
  },
];

function kindOf({ jobs, tls, ...about }: JobGroup): Kind {
  return {
    ...about,
    measure: (setting) => {
      const contenders = setting.stacks.map((stack) => contenderOf(stack, tls));
      return takeTurns(
        setting,
        contenders,
        jobs,
        tls ? setting.tls : undefined,
      );
    },
  };
}

function contenderOf(stack: Prepared, tls: boolean): Contender {
  const contender = withItself(stack);
  return stack.name === FLOOR.name
    ? { ...contender, can: (job) => isForBareSockets(job, tls) }
    : contender;
}

function withoutFloor(setting: Setting): Setting {
  const stacks = setting.stacks.filter(({ name }) => name !== FLOOR.name);
  return { ...setting, stacks };
}
