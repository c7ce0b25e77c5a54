/**
 * One process, and two that share a port, under `h2load` and under clients of
 * this module.
 *
 * @module
 */
import { MissingTool, programOnDeno, requireTool } from "../calls_build.ts";
import { Program } from "../calls_process.ts";
import { PATHS, type Result } from "../calls_programs/jobs.ts";
import { type Command, OURS } from "../calls_stacks.ts";
import type { Figures, Row } from "../calls_table.ts";
import { loadServer, makeFiles, mediansOf } from "./h2load.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

const PROCESSES = [1, 2];

/** So many that each process gets about as many as the others. */
const LOAD = { connections: 32, streams: 8 };

/** Processes of our client, and the calls of each at a time. */
const CLIENTS = 4;
const CONCURRENCY = 64;

/** Milliseconds for the clients to have compiled what they will. */
const WARM_UP = 4_000;

const UNDER_H2LOAD =
  `processes under h2load, ${LOAD.connections} × ${LOAD.streams} calls at a time`;
const UNDER_CLIENTS =
  `processes under ${CLIENTS} clients, ${CONCURRENCY} calls at a time each`;

/** Processes on one port. */
interface Group extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly servers: readonly Program[];
}

/** Measures both loads. */
export async function measureCores(setting: Setting): Promise<Table[]> {
  await using stack = new AsyncDisposableStack();
  const groups: Group[] = [];
  for (const count of PROCESSES) {
    groups.push(stack.use(await startGroup(count)));
  }
  return [
    await measureH2load(setting, groups),
    await measureClients(setting, groups),
  ];
}

async function measureH2load(
  setting: Setting,
  groups: readonly Group[],
): Promise<Table> {
  try {
    await requireTool("h2load", "--version");
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    const rows = [{ name: "all", missing: error.message }];
    return { title: UNDER_H2LOAD, rows };
  }
  await using files = await makeFiles();
  return await takeTurns(setting, groups, UNDER_H2LOAD, async (group) => {
    const before = cpuOf(group.servers);
    const url = `http://127.0.0.1:${group.port}${PATHS.unary}`;
    const load = await loadServer(url, files.request, setting, LOAD);
    return {
      "calls/s": load.rate,
      "CPU us client": load.clientCpu,
      "CPU us server": (cpuOf(group.servers) - before) / load.count,
    };
  });
}

async function measureClients(
  setting: Setting,
  groups: readonly Group[],
): Promise<Table> {
  const { milliseconds } = setting;
  const job = { kind: "unary", concurrency: CONCURRENCY, milliseconds };
  return await takeTurns(setting, groups, UNDER_CLIENTS, async (group) => {
    // New ones in each round: a client stays with the process it has reached.
    await using stack = new AsyncDisposableStack();
    const target = ["client", `127.0.0.1:${group.port}`];
    const clients = Array.from(
      { length: CLIENTS },
      () => stack.use(new Program([...programOnDeno("ours"), ...target])),
    );
    await doTogether(clients, { ...job, milliseconds: WARM_UP });
    const before = [cpuOf(clients), cpuOf(group.servers)];
    const results = await doTogether(clients, job);
    const count = results.reduce((sum, result) => sum + result.count, 0);
    const longest = Math.max(...results.map((result) => result.milliseconds));
    return {
      "calls/s": count * 1_000 / longest,
      "CPU us client": (cpuOf(clients) - before[0]) / count,
      "CPU us server": (cpuOf(group.servers) - before[1]) / count,
    };
  });
}

async function doTogether(
  clients: readonly Program[],
  job: unknown,
): Promise<Result[]> {
  return await Promise.all(clients.map(async (client) => {
    await client.ask(job);
    return await client.answer<Result>();
  }));
}

/** Each group in each round, after one that does not count. */
async function takeTurns(
  { rounds, tell }: Setting,
  groups: readonly Group[],
  title: string,
  measure: (group: Group) => Promise<Figures>,
): Promise<Table> {
  const measured = new Map(groups.map((group) => [group, [] as Figures[]]));
  for (let round = 0; round <= rounds; round++) {
    tell(`${title}: round ${round} of ${rounds}`);
    for (const [group, figures] of measured) {
      const now = await measure(group);
      if (round > 0) figures.push(now);
    }
  }
  const rows = [...measured].map(([{ name }, figures]): Row => {
    return { name, figures: { [title]: mediansOf(figures) } };
  });
  return { title, rows };
}

async function startGroup(count: number): Promise<Group> {
  const servers: Program[] = [];
  let port = 0;
  for (let i = 0; i < count; i++) {
    const server = new Program([...sharing(port), "server"]);
    port = await server.port();
    servers.push(server);
  }
  return {
    name: `${OURS}, ${count === 1 ? "1 process" : `${count} processes`}`,
    port,
    servers,
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}

/** Our program, which shares that port; 0 for one that is free. */
function sharing(port: number): Command {
  const [deno, run, ...rest] = programOnDeno("ours");
  return ["env", `SHARED_PORT=${port}`, deno, run, "--unstable-net", ...rest];
}

function cpuOf(programs: readonly Program[]): number {
  return programs.reduce((sum, { cpu }) => sum + cpu, 0);
}
