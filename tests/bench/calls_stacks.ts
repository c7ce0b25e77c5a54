/**
 * The gRPC stacks that `calls.ts` compares, as programs.
 *
 * @module
 */

import { onceFor, readFolder, runAll } from "../interop/tools.ts";

/** A program that can be started: the role and its target follow. */
export type Command = readonly [program: string, ...args: string[]];

/** A gRPC stack. */
export interface Stack {
  /** Its name in the table. */
  readonly name: string;
  /**
   * Builds its program.
   *
   * @throws {MissingTool} If a tool is not installed.
   */
  prepare(): Command | Promise<Command>;
}

/** A tool that a stack needs is not installed. */
export class MissingTool extends Error {
  /** The name of the class. */
  override readonly name = "MissingTool";
}

/** The name of this module's stack. */
export const OURS = "@keepalive/grpc on Deno";

const PROGRAMS = new URL("calls_programs/", import.meta.url);
const CACHE = new URL("../../.cache/bench/", import.meta.url);

/** All stacks. */
export const STACKS: readonly Stack[] = [
  { name: OURS, prepare: () => onDeno(new URL("ours.ts", PROGRAMS)) },
  {
    name: "grpc-js on Deno",
    prepare: () => onDeno(new URL("grpc_js.ts", PROGRAMS)),
  },
  { name: "grpc-js on Node", prepare: bundleGrpcJs },
  { name: "grpc-go", prepare: buildGrpcGo },
  { name: "tonic, one thread", prepare: () => buildTonic("one") },
  { name: "tonic, a thread per core", prepare: () => buildTonic("many") },
];

/** Another checkout of this project. */
export function older(checkout: string): Stack {
  const root = new URL(`${checkout}/`, toFileUrl(Deno.cwd()));
  const ours = new URL("tests/bench/calls_programs/ours.ts", root);
  const config = new URL("deno.json", root);
  return {
    name: `${OURS}, before`,
    prepare: () => onDeno(ours, "--config", config.pathname),
  };
}

function toFileUrl(folder: string): URL {
  return new URL(`file://${folder}/`);
}

/** A program in TypeScript. */
export function onDeno(program: URL, ...flags: string[]): Command {
  return [Deno.execPath(), "run", "-A", "--no-check", ...flags, program.href];
}

/** One file: Node neither reads TypeScript nor `npm:`. */
async function bundleGrpcJs(): Promise<Command> {
  const node = await tool("node", "--version");
  await Deno.mkdir(CACHE, { recursive: true });
  const bundle = pathOf("grpc_js.mjs", CACHE);
  await run([
    ...[Deno.execPath(), "bundle", "--quiet", "--output", bundle] as const,
    pathOf("grpc_js.ts", PROGRAMS),
  ]);
  return [node, bundle];
}

async function buildGrpcGo(): Promise<Command> {
  return await buildGo(new URL("grpc_go", PROGRAMS), "grpc_go");
}

/**
 * A program in Go, from its folder.
 *
 * @throws {MissingTool} If Go is not installed.
 */
export async function buildGo(folder: URL, name: string): Promise<Command> {
  const go = await tool("go", "version");
  await Deno.mkdir(CACHE, { recursive: true });
  const program = pathOf(name, CACHE);
  const cwd = decodeURIComponent(folder.pathname);
  await run([go, "build", "-buildvcs=false", "-o", program, "."], cwd);
  return [program];
}

/** Built from a copy, as Cargo writes its lock file beside the manifest. */
async function buildTonic(threads: "one" | "many"): Promise<Command> {
  const cargo = await tool("cargo", "--version");
  const crate = pathOf("tonic", PROGRAMS);
  const folder = pathOf("tonic", CACHE);
  const manifest = await Deno.readTextFile(`${crate}/Cargo.toml`);
  const sources = await readFolder(`${crate}/src`);
  await Deno.mkdir(folder, { recursive: true });
  const inputs = [folder, manifest, ...sources.values()];
  const built = await onceFor(folder, inputs, () =>
    runAll([
      ["rm", "-rf", `${folder}/crate`],
      ["cp", "-r", crate, `${folder}/crate`],
      [
        ...[cargo, "build", "--release", "--quiet", "-j2", "--target-dir"],
        ...[
          `${folder}/target`,
          "--manifest-path",
          `${folder}/crate/Cargo.toml`,
        ],
      ],
    ]));
  if (!built.ok) throw new Error(`tonic cannot be built: ${built.text}`);
  return [`${folder}/target/release/tonic_calls`, threads];
}

async function tool(name: string, question: string): Promise<string> {
  try {
    await new Deno.Command(name, { args: [question] }).output();
    return name;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new MissingTool(`${name} is not installed`);
  }
}

async function run([program, ...args]: Command, cwd?: string): Promise<void> {
  const command = new Deno.Command(program, { args, cwd });
  const { success, stderr } = await command.output();
  if (success) return;
  throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

function pathOf(name: string, folder: URL): string {
  return decodeURIComponent(new URL(name, folder).pathname);
}
