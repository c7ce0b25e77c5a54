/**
 * Servers under `h2load` of nghttp2, a client that belongs to none of them.
 *
 * @module
 */
import { MissingTool, requireTool } from "../calls_build.ts";
import { Program, type TlsFiles } from "../calls_process.ts";
import { PATHS, UNARY_LENGTH } from "../calls_programs/jobs.ts";
import { type Command, OURS } from "../calls_stacks.ts";
import { addRatios, type Figures, type Row } from "../calls_table.ts";
import { median } from "../measure.ts";
import type { Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

/** Octets before a gRPC message: a flag and the length. */
const PREFIX = 5;

const REQUEST = "request";

/** Connections, and calls that run at once on each. */
const LOAD = { connections: 4, streams: 32 };

const NGHTTPD = "nghttpd (C, a file)";

const TITLE = `h2load, ${LOAD.connections} × ${LOAD.streams} calls at a time`;

/** Seconds more than it should take after which h2load is given up. */
const PATIENCE = 10;

/** What one run of h2load has counted. */
export interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** Requests that were answered with status 200. */
  readonly count: number;
  /** Microseconds of h2load's own processor time for each. */
  readonly clientCpu: number;
}

/** A server that h2load can ask. */
interface Target {
  readonly name: string;
  readonly server: Program;
  readonly url: string;
  /** The file with the body to POST; without one, h2load asks with GET. */
  readonly body: string | undefined;
}

type Server = Target & AsyncDisposable;

/** Measures each server alone, without TLS and with it. */
export async function measureH2load(setting: Setting): Promise<Table[]> {
  try {
    await requireTool("h2load", "--version");
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    return [{ title: TITLE, rows: [{ name: "all", missing: error.message }] }];
  }
  const plain = await measureServers(setting, TITLE);
  const tls = await measureServers(setting, `TLS, ${TITLE}`, setting.tls);
  return [plain, tls];
}

async function measureServers(
  setting: Setting,
  title: string,
  tls?: TlsFiles,
): Promise<Table> {
  const { stacks, rounds, tell } = setting;
  await using stack = new AsyncDisposableStack();
  const files = stack.use(await makeFiles());
  const rows: Row[] = [];
  const targets: Target[] = [];
  const start = async (name: string, how: () => Promise<Server>) => {
    try {
      targets.push(stack.use(await how()));
    } catch (error) {
      rows.push({ name, missing: (error as Error).message });
    }
  };
  for (const each of stacks) {
    if ("missing" in each) rows.push(each);
    else await start(each.name, () => startServer(each, files.request, tls));
  }
  await start(NGHTTPD, () => startNghttpd(files.folder, tls));
  const figures = new Map(targets.map((each) => [each, [] as Figures[]]));
  for (let round = -1; round < rounds; round++) {
    tell(`${title}: round ${round + 1} of ${rounds}`);
    for (const [target, measured] of figures) {
      try {
        const now = await measureOnce(target, setting);
        if (round >= 0) measured.push(now);
      } catch (error) {
        figures.delete(target);
        rows.push({ name: target.name, missing: (error as Error).message });
      }
    }
  }
  const done = [...figures].map(([{ name }, measured]): Row => {
    return { name, figures: { [title]: mediansOf(measured) } };
  });
  addRatios(done, OURS);
  return { title, rows: [...done, ...rows] };
}

async function measureOnce(
  { server, url, body }: Target,
  setting: Setting,
): Promise<Figures> {
  const before = server.cpu;
  const load = await loadServer(url, body, setting, LOAD);
  return {
    "calls/s": load.rate,
    "CPU us client": load.clientCpu,
    "CPU us server": (server.cpu - before) / load.count,
    "MB server": server.anonymousMemory / 1e6,
  };
}

/** Runs h2load for a time; throws unless all answers have status 200. */
export async function loadServer(
  url: string,
  body: string | undefined,
  { milliseconds }: Pick<Setting, "milliseconds">,
  { connections, streams }: typeof LOAD,
): Promise<Load> {
  const seconds = Math.max(1, Math.round(milliseconds / 1_000));
  const fields = ["content-type: application/grpc", "te: trailers"];
  const command = new Deno.Command("sh", {
    args: [
      ...["-c", 'timeout "$0" h2load "$@"; times'],
      ...[String(seconds + PATIENCE), "-D", String(seconds)],
      ...["-c", String(connections), "-m", String(streams), url],
      ...body === undefined ? [] : ["-d", body],
      ...body === undefined ? [] : fields.flatMap((field) => ["-H", field]),
    ],
  });
  const { stdout } = await command.output();
  const text = new TextDecoder().decode(stdout);
  const [, done, good] = /(\d+) done, (\d+) succeeded/.exec(text) ?? [];
  if (good === undefined || good === "0" || done !== good) {
    throw new Error(`h2load had ${good ?? "no"} good answers of ${done ?? 0}`);
  }
  const [, user, system] = /\n\S+ \S+\n(\S+) (\S+)\n$/.exec(text)!;
  const count = Number(good);
  const clientCpu = (secondsOf(user) + secondsOf(system)) * 1e6 / count;
  return { rate: count / seconds, count, clientCpu };
}

/** A time as the shell tells it: `0m1.230s`. */
function secondsOf(text: string): number {
  const [minutes, seconds] = text.replace("s", "").split("m").map(Number);
  return minutes * 60 + seconds;
}

/** A file with the body of a gRPC request, alone in a folder. */
export async function makeFiles(): Promise<
  AsyncDisposable & { readonly request: string; readonly folder: string }
> {
  const folder = await Deno.makeTempDir();
  const request = `${folder}/${REQUEST}`;
  const body = new Uint8Array(PREFIX + UNARY_LENGTH);
  new DataView(body.buffer).setUint32(1, UNARY_LENGTH);
  await Deno.writeFile(request, body);
  return {
    request,
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function startServer(
  { name, command }: { name: string; command: Command },
  body: string,
  tls?: TlsFiles,
): Promise<Server> {
  const files = tls === undefined ? [] : [tls.certificate, tls.key];
  const server = new Program([...command, "server", ...files]);
  try {
    const url = urlOf(await server.port(), PATHS.unary, tls);
    return targetOf(name, server, url, body);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** nghttpd answers with the file: a body that is sent back goes by the disk. */
async function startNghttpd(
  folder: string,
  tls?: TlsFiles,
): Promise<Server> {
  await requireTool("nghttpd", "--version");
  const port = freePort();
  const files = tls === undefined ? [] : [tls.key, tls.certificate];
  const server = new Program([
    "nghttpd",
    ...["--address=127.0.0.1", `--htdocs=${folder}`],
    ...[...tls === undefined ? ["--no-tls"] : [], String(port), ...files],
  ]);
  try {
    await reachable(port);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  const url = urlOf(port, `/${REQUEST}`, tls);
  return targetOf(NGHTTPD, server, url, undefined);
}

function targetOf(
  name: string,
  server: Program,
  url: string,
  body: string | undefined,
): Server {
  const end = () => server[Symbol.asyncDispose]();
  return { name, server, url, body, [Symbol.asyncDispose]: end };
}

function urlOf(port: number, path: string, tls?: TlsFiles): string {
  const scheme = tls === undefined ? "http" : "https";
  return `${scheme}://127.0.0.1:${port}${path}`;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      using _ = await Deno.connect({ hostname: "127.0.0.1", port });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("nghttpd does not listen");
}

/** The median of each figure. */
export function mediansOf(measured: readonly Figures[]): Figures {
  return Object.fromEntries(
    Object.keys(measured[0]).map((name) => [
      name,
      median(measured.map((figures) => figures[name])),
    ]),
  );
}
