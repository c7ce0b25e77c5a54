/**
 * Builds the programs of `calls.ts` and `peers.ts` that are not run as they lie
 * here, into the cache folder of the repository.
 *
 * @module
 */
import { findNode, onceFor, readFolder, runAll } from "../interop/tools.ts";

/** A program that can be started: the role and its target follow. */
export type Command = readonly [program: string, ...args: string[]];

/** A tool that a stack needs is not installed. */
export class MissingTool extends Error {
  /** The name of the class. */
  override readonly name = "MissingTool";
}

const PROGRAMS = new URL("calls_programs/", import.meta.url);
const CACHE = new URL("../../.cache/bench/", import.meta.url);

const COPY_DEPENDENCIES =
  "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/** A program in TypeScript. */
export function onDeno(program: URL, ...flags: string[]): Command {
  return [Deno.execPath(), "run", "-A", "--no-check", ...flags, program.href];
}

/** A program of this folder, on Deno. */
export function programOnDeno(name: string): Command {
  return onDeno(new URL(`${name}.ts`, PROGRAMS));
}

/** A program of this folder as one file: Node neither reads TypeScript nor `npm:`. */
export async function programOnNode(name: string): Promise<Command> {
  if (!(await findNode()).ok) throw new MissingTool("node is not installed");
  const bundle = `${await cacheFor("node")}/${name}.mjs`;
  await build([[
    ...[Deno.execPath(), "bundle", "--quiet", "--output", bundle],
    pathOf(`${name}.ts`),
  ]]);
  return ["node", bundle];
}

/** grpc-go. */
export async function buildGrpcGo(): Promise<Command> {
  return await buildGo(new URL("grpc_go", PROGRAMS), "grpc_go");
}

/**
 * A program in Go, from its folder.
 *
 * @throws {MissingTool} If Go is not installed.
 */
export async function buildGo(folder: URL, name: string): Promise<Command> {
  await requireTool("go", "version");
  const program = `${await cacheFor("go")}/${name}`;
  const source = decodeURIComponent(folder.pathname);
  await build([
    ["go", "-C", source, "build", "-buildvcs=false", "-o", program, "."],
  ]);
  return [program];
}

/** tonic, built from a copy, as Cargo writes its lock file beside the manifest. */
export async function buildTonic(threads: "one" | "many"): Promise<Command> {
  await requireTool("cargo", "--version");
  const folder = await cacheFor("tonic");
  const crate = pathOf("tonic");
  const manifest = await Deno.readTextFile(`${crate}/Cargo.toml`);
  await buildOnce(folder, [manifest, ...await sourcesOf("tonic/src")], [
    ["rm", "-rf", `${folder}/crate`],
    ["cp", "-r", crate, `${folder}/crate`],
    [
      ...["cargo", "build", "--release", "--quiet", "-j2", "--target-dir"],
      ...[`${folder}/target`, "--manifest-path", `${folder}/crate/Cargo.toml`],
    ],
  ]);
  return [`${folder}/target/release/tonic_calls`, threads];
}

/** gRPC Core by its C++ API. */
export async function buildGrpcCore(): Promise<Command> {
  await requireTool("g++", "--version");
  await requireTool("make", "--version");
  if (!(await runAll([["pkg-config", "--exists", "grpc++"]])).ok) {
    throw new MissingTool("libgrpc++-dev is not installed");
  }
  const folder = await cacheFor("grpc_core");
  const program = `${folder}/grpc_core`;
  await buildOnce(folder, await sourcesOf("grpc_core"), [
    ["make", "--silent", "-B", "-C", pathOf("grpc_core"), `OUT=${program}`],
  ]);
  return [program];
}

/** grpc-java, from Maven's jars. */
export async function buildGrpcJava(): Promise<Command> {
  await requireTool("javac", "-version");
  await requireTool("mvn", "--version");
  const folder = await cacheFor("grpc_java");
  const [lib, classes] = [`${folder}/lib`, `${folder}/classes`];
  const pom = pathOf("grpc_java/pom.xml");
  const names = [...(await readFolder(pathOf("grpc_java/src"))).keys()];
  const files = names.map((name) => pathOf(`grpc_java/src/${name}`));
  const inputs = [await Deno.readTextFile(pom)];
  await buildOnce(folder, [...inputs, ...await sourcesOf("grpc_java/src")], [
    ["rm", "-rf", lib, classes],
    [
      ...["mvn", "--quiet", "--batch-mode", "--file", pom],
      ...[COPY_DEPENDENCIES, `-DoutputDirectory=${lib}`],
    ],
    ["javac", "-d", classes, "-cp", `${lib}/*`, ...files],
  ]);
  return ["java", "-cp", `${classes}:${lib}/*`, "Main"];
}

/** Throws unless a tool answers. */
export async function requireTool(name: string, flag: string): Promise<void> {
  try {
    const { success } = await new Deno.Command(name, { args: [flag] }).output();
    if (success) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new MissingTool(`${name} is not installed`);
  }
  // So answers the cargo of a rustup that has no toolchain.
  throw new MissingTool(`${name} ${flag} fails`);
}

async function build(commands: readonly (readonly string[])[]): Promise<void> {
  const { ok, text } = await runAll(commands);
  if (!ok) throw new Error(`Cannot build: ${text}`);
}

/** Builds unless that was done with the same sources before. */
async function buildOnce(
  folder: string,
  sources: readonly string[],
  commands: readonly (readonly string[])[],
): Promise<void> {
  const work = () => runAll(commands);
  const { ok, text } = await onceFor(folder, [folder, ...sources], work);
  if (!ok) throw new Error(`Cannot build: ${text}`);
}

async function sourcesOf(name: string): Promise<string[]> {
  return [...(await readFolder(pathOf(name))).values()];
}

async function cacheFor(name: string): Promise<string> {
  const folder = decodeURIComponent(new URL(name, CACHE).pathname);
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}

function pathOf(name: string): string {
  return decodeURIComponent(new URL(name, PROGRAMS).pathname);
}
