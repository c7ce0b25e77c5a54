/**
 * The clients of the chaos runs, by stack.
 *
 * @module
 */
import { type Command, onDeno } from "./program.ts";

/** The name of this module's stack. */
export const OURS = "@keepalive/grpc on Deno";

/** The name of the stack that it is compared with. */
export const GRPC_JS = "grpc-js on Node";

/** A stack that takes part. */
export interface Stack {
  /** Its name in the table. */
  readonly name: string;
  /** Its program. */
  readonly command: Command;
}

/** This module. */
export const ours: Stack = { name: OURS, command: onDeno("client_ours.ts") };

/**
 * grpc-js, as one file: Node neither reads TypeScript nor `npm:`. `undefined`
 * if there is no Node.
 */
export async function prepareGrpcJs(): Promise<Stack | undefined> {
  if (!await hasNode()) return undefined;
  const cache = new URL("../../.cache/chaos/", import.meta.url);
  await Deno.mkdir(cache, { recursive: true });
  const bundle = pathOf(new URL("client_grpc_js.mjs", cache));
  const main = pathOf(new URL("client_grpc_js.ts", import.meta.url));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", bundle, main],
  }).output();
  if (!success) {
    const text = new TextDecoder().decode(stderr);
    throw new Error(`grpc-js cannot be bundled: ${text}`);
  }
  return { name: GRPC_JS, command: ["node", bundle] };
}

async function hasNode(): Promise<boolean> {
  try {
    const command = new Deno.Command("node", { args: ["--version"] });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname);
}
