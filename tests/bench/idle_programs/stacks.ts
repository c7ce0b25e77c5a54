/**
 * What `idle.ts` compares, as programs.
 *
 * @module
 */
import { buildGo, type Command, onDeno } from "../calls_stacks.ts";

/** A program that can be started: the role and its target follow. */
export interface IdleStack {
  /** The command up to the role. */
  readonly program: Command;
  /** What follows the target. */
  readonly flags: readonly string[];
}

/** One that is measured. */
export interface Measured {
  /** Its name in the table. */
  readonly name: string;
  /**
   * Builds its program.
   *
   * @throws {MissingTool} If a tool is not installed.
   */
  prepare(): IdleStack | Promise<IdleStack>;
}

const HERE = new URL("./", import.meta.url);
const OURS = new URL("../../../", HERE);

/** The other end of whoever is measured. */
export const BARE_PEER: IdleStack = bare("none");

/** All that are measured; with another checkout of this project, that as well. */
export function idleStacks(before: string | undefined): Measured[] {
  return [
    ...checkout("ours", OURS),
    ...(before === undefined
      ? []
      : checkout("before", new URL(`${before}/`, `file://${Deno.cwd()}/`))),
    { name: "grpc-go", prepare: grpcGo },
    { name: "bare, a timer for each", prepare: () => bare("each") },
    { name: "bare, one timer", prepare: () => bare("shared") },
  ];
}

function checkout(name: string, root: URL): Measured[] {
  const config = new URL("deno.json", root).pathname;
  const program = onDeno(new URL("ours.ts", HERE), "--config", config);
  const flags = ["--from", new URL("mod.ts", root).href];
  return [
    { name, prepare: () => ({ program, flags }) },
    {
      name: `${name}, recorder off`,
      prepare: () => ({ program, flags: [...flags, "--unrecorded"] }),
    },
  ];
}

function bare(pings: "none" | "each" | "shared"): IdleStack {
  const program = onDeno(new URL("bare.ts", HERE));
  return { program, flags: ["--pings", pings] };
}

async function grpcGo(): Promise<IdleStack> {
  const program = await buildGo(new URL("grpc_go", HERE), "idle_go");
  return { program, flags: [] };
}
