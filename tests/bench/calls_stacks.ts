/**
 * The gRPC stacks that `calls.ts` and `peers.ts` compare, as programs.
 *
 * @module
 */
import {
  buildGrpcCore,
  buildGrpcGo,
  buildGrpcJava,
  buildTonic,
  type Command,
  onDeno,
  programOnDeno,
  programOnNode,
} from "./calls_build.ts";

export { buildGo, type Command, MissingTool, onDeno } from "./calls_build.ts";

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

/** The name of this module's stack. */
export const OURS = "@keepalive/grpc on Deno";

/** The stacks of `calls.ts`. */
export const STACKS: readonly Stack[] = [
  { name: OURS, prepare: () => programOnDeno("ours") },
  { name: "grpc-js on Deno", prepare: () => programOnDeno("grpc_js") },
  { name: "grpc-js on Node", prepare: () => programOnNode("grpc_js") },
  { name: "grpc-go", prepare: buildGrpcGo },
  { name: "tonic, one thread", prepare: () => buildTonic("one") },
  { name: "tonic, a thread per core", prepare: () => buildTonic("many") },
];

/** The stacks that `peers.ts` measures in addition. */
export const MORE_STACKS: readonly Stack[] = [
  { name: "gRPC Core (C++)", prepare: buildGrpcCore },
  { name: "grpc-java", prepare: buildGrpcJava },
  { name: "connect-node", prepare: () => programOnNode("connect_node") },
];

/** Bare sockets, which only do what needs no HTTP/2. */
export const FLOOR: Stack = {
  name: "bare sockets on Deno",
  prepare: () => programOnDeno("floor"),
};

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

/** Those whose names hold one of the words; all if there is no word. */
export function chosen(stacks: readonly Stack[], only: string): Stack[] {
  const words = only.split(",").filter((word) => word !== "");
  return stacks.filter(({ name }) =>
    words.length === 0 || name === OURS && words.includes("ours") ||
    words.some((word) => name.includes(word))
  );
}

function toFileUrl(folder: string): URL {
  return new URL(`file://${folder}/`);
}
