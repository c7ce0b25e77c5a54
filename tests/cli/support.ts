import type { Tool } from "../../src/cli/flag.ts";
import type { ToolProcess } from "../../src/cli/demo/tool_process.ts";

/** Flags of a server on a free port of this machine. */
export const LOCAL: readonly string[] = ["--host", "127.0.0.1", "--port", "0"];

/** Flags of a call whose next message comes when the test is long over. */
export const ENDLESS: readonly string[] = ["--count=2", "--interval=1h"];

/** The flag of a client that is to connect to a server. */
export async function targetOf(server: ToolProcess): Promise<string> {
  return `--target=127.0.0.1:${await server.port()}`;
}

/** What a tool has said when it was over. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line to its end, without a terminal. */
export function runProgram(...args: readonly string[]): Promise<Outcome> {
  return run("main", args);
}

/** Runs a tool to its end, without a terminal. */
export async function run(
  tool: Tool | "demo" | "main" | "doctor",
  flags: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const program = new URL(`../../src/cli/${tool}.ts`, import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-run",
      "--allow-env=NO_COLOR,FORCE_COLOR,TERM,CI",
      program,
      ...flags,
    ],
    env: { NO_COLOR: "", FORCE_COLOR: "", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

/** The lines of a text, without the break at the end. */
export function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** A path for a socket or a file, in a folder that is removed afterwards. */
export function temporaryFolder(): Disposable & { path(name: string): string } {
  const folder = Deno.makeTempDirSync();
  return {
    path: (name) => `${folder}/${name}`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

function text(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}
