/**
 * Builds and installs the peers into the cache folder of the repository.
 *
 * @module
 */

import {
  findNode,
  onceFor,
  type Outcome,
  pathBeside,
  run,
  withLock,
} from "../tools.ts";

/** A peer that can be started: the role and its flags follow the command. */
export interface AvailablePeer {
  /** Tells it from {@linkcode UnavailablePeer}. */
  readonly available: true;
  /** The program and its first arguments. */
  readonly command: readonly string[];
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A peer that cannot be started here. */
export interface UnavailablePeer {
  /** Tells it from {@linkcode AvailablePeer}. */
  readonly available: false;
  /** What is missing. */
  readonly why: string;
}

/** Whether a peer can be started, and how. */
export type Preparation = AvailablePeer | UnavailablePeer;

/** grpc-js on Node. */
export function prepareGrpcJs(): Promise<Preparation> {
  return bundle("grpc_js");
}

/** grpc-js on Node with its instrumentation of OpenTelemetry, which patches it. */
export async function prepareGrpcJsOtel(): Promise<Preparation> {
  const version = await findNode();
  if (!version.ok) return unavailable("Node.js is missing", version);
  return await withLock("grpc_js_otel", async (folder) => {
    const main = await Deno.readTextFile(pathOf("grpc_js_otel/main.cjs"));
    const wanted = await Deno.readTextFile(pathOf("grpc_js_otel/package.json"));
    const npm = ["npm", "install", "--no-audit", "--no-fund", "--no-save"];
    const installed = await onceFor(
      folder,
      [version.text, wanted],
      async () => {
        await Deno.writeTextFile(`${folder}/package.json`, wanted);
        return await run([...npm, "--no-package-lock"], { cwd: folder });
      },
    );
    if (!installed.ok) return unavailable("npm cannot install", installed);
    await Deno.writeTextFile(`${folder}/main.cjs`, main);
    return { available: true, command: ["node", `${folder}/main.cjs`] };
  });
}

/** connect-node on Node, with the gRPC protocol. */
export async function prepareConnectNode(): Promise<Preparation> {
  const bundled = await bundle("connect_node");
  if (!bundled.available) return bundled;
  const proto = pathOf("../cases/testing.proto");
  return { ...bundled, command: [...bundled.command, proto] };
}

/** A program for Node as one file: Node neither reads TypeScript nor `npm:`. */
async function bundle(name: string): Promise<Preparation> {
  const version = await findNode();
  if (!version.ok) return unavailable("Node.js is missing", version);
  return await withLock(name, async (folder) => {
    const program = `${folder}/${name}.mjs`;
    const bundled = await run([
      ...[Deno.execPath(), "bundle", "--quiet", "--output", program],
      pathOf(`${name}/main.ts`),
    ]);
    if (!bundled.ok) return unavailable(`${name} cannot be bundled`, bundled);
    return { available: true, command: ["node", program] };
  });
}

/** node:http2 on Node. */
export async function prepareNode(): Promise<Preparation> {
  const version = await findNode();
  if (!version.ok) return unavailable("Node.js is missing", version);
  return { available: true, command: ["node", pathOf("node_http2/main.mjs")] };
}

/** node:http2 on Deno. */
export function prepareNodeOnDeno(): Promise<Preparation> {
  const main = pathOf("node_http2/main.mjs");
  return Promise.resolve({
    available: true,
    command: [Deno.execPath(), "run", "-A", main],
  });
}

/** grpc-go, built by the go command. */
export function prepareGo(): Promise<Preparation> {
  return buildGo("grpc_go");
}

/** connect-go, built by the go command; net/http logs its frames. */
export async function prepareConnectGo(): Promise<Preparation> {
  const built = await buildGo("connect_go");
  return built.available
    ? { ...built, env: { GODEBUG: "http2debug=2" } }
    : built;
}

/** grpc-go with its plugin of OpenTelemetry, built by the go command. */
export function prepareGoOtel(): Promise<Preparation> {
  return buildGo("grpc_go_otel");
}

/** grpc-go with a service of all kinds of fields, for the command line. */
export function prepareShapesGo(): Promise<Preparation> {
  return buildGo("shapes_go");
}

/** The parsers and the linter of Prometheus, built by the go command. */
export function preparePrometheus(): Promise<Preparation> {
  return buildGo("prometheus");
}

async function buildGo(name: string): Promise<Preparation> {
  const version = await run(["go", "version"]);
  if (!version.ok) return unavailable("Go is missing", version);
  return await withLock("go", async (folder) => {
    const program = `${folder}/${name}`;
    const built = await run(
      ["go", "build", "-buildvcs=false", "-trimpath", "-o", program, "."],
      { cwd: pathOf(name) },
    );
    if (!built.ok) return unavailable(`${name} cannot be built`, built);
    return { available: true, command: [program] };
  });
}

/** gRPC Core, as the grpcio wheel of Python. */
export async function prepareCore(): Promise<Preparation> {
  const python = await findPython();
  if (python === undefined) {
    return { available: false, why: "Python 3 is missing" };
  }
  return await withLock("python", async (folder) => {
    const stamp = await stampOf(python);
    const found = await readInstalled(folder, stamp);
    if (found !== undefined) return found;
    const installed = await installCore(python, folder);
    if (installed.available) {
      await Deno.writeTextFile(
        `${folder}/installed.json`,
        JSON.stringify({ stamp, installed }),
      );
    }
    return installed;
  });
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    const version = await run([name, "--version"]);
    if (version.ok && version.text.startsWith("Python 3")) return name;
  }
}

/** Tells one Python, one set of requirements and one place from another. */
async function stampOf(python: string): Promise<string> {
  const script = "import sys; print(sys.executable, sys.version)";
  const { text } = await run([python, "-c", script]);
  const path = pathOf("grpc_core/requirements.txt");
  return text + path + await Deno.readTextFile(path);
}

async function readInstalled(
  folder: string,
  stamp: string,
): Promise<AvailablePeer | undefined> {
  try {
    const text = await Deno.readTextFile(`${folder}/installed.json`);
    const { stamp: found, installed } = JSON.parse(text);
    if (found === stamp && await canImport(installed)) return installed;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function canImport(
  { command, env = {} }: AvailablePeer,
): Promise<boolean> {
  const imported = await run([command[0], "-c", "import grpc"], { env });
  return imported.ok;
}

/** Installs into a virtual environment or, where Python lacks that module, into a plain folder. */
async function installCore(
  python: string,
  folder: string,
): Promise<Preparation> {
  const main = pathOf("grpc_core/main.py");
  const install = ["-m", "pip", "install", "--quiet", "--only-binary=:all:"];
  const requirements = ["-r", pathOf("grpc_core/requirements.txt")];

  const venv = `${folder}/venv`;
  const inVenv = `${venv}/bin/python`;
  const made = await run([python, "-m", "venv", "--clear", venv]);
  if (made.ok && (await run([inVenv, ...install, ...requirements])).ok) {
    return { available: true, command: [inVenv, "-B", main] };
  }

  const target = `${folder}/packages`;
  const installed = await run([
    ...[python, ...install, "--upgrade", "--target", target],
    ...requirements,
  ]);
  if (!installed.ok) {
    return unavailable("grpcio cannot be installed", installed);
  }
  return {
    available: true,
    command: [python, "-B", main],
    env: { PYTHONPATH: target },
  };
}

function pathOf(path: string): string {
  return pathBeside(import.meta.url, path);
}

/** Tells why a peer cannot be started. */
export function unavailable(what: string, { text }: Outcome): UnavailablePeer {
  return { available: false, why: `${what}: ${text.trim()}` };
}
