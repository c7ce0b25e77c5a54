/**
 * Other implementations of HPACK, run as processes.
 *
 * @module
 */

/** A field as a peer is told it: octets in hexadecimal digits. */
export type PeerField = [name: string, value: string, sensitive: boolean];

/** What a peer is asked to do. */
export type PeerStep =
  | readonly ["size", number]
  | readonly ["encode", readonly PeerField[]]
  | readonly ["decode", string];

/** A block, or the fields of one, or null for a block that was refused. */
export type PeerAnswer = string | PeerField[] | null;

/** Another implementation. */
export interface Peer {
  /** Its name, and the language. */
  readonly name: string;
  /** What is missing to run it here, if anything is. */
  readonly missing: string | undefined;
  /** Runs sessions, each with fresh tables, and returns their answers. */
  run(sessions: readonly (readonly PeerStep[])[]): Promise<PeerAnswer[][]>;
}

const CACHE = pathOf("../../../.cache/interop/hpack");

/** golang.org/x/net/http2/hpack. */
export async function goPeer(): Promise<Peer> {
  return {
    name: "x/net/http2/hpack (Go)",
    missing: await missing("go", "version"),
    run: async (sessions) => await converse([await buildGo()], sessions),
  };
}

/** The hpack package of python-hyper. */
export async function pythonPeer(): Promise<Peer> {
  return {
    name: "hpack (Python)",
    missing: await missing("python3", "--version"),
    run: async (sessions) => {
      const env = { PYTHONPATH: await installPython() };
      const script = pathOf("python_hpack.py");
      return await converse(["python3", "-B", script], sessions, env);
    },
  };
}

async function missing(
  program: string,
  flag: string,
): Promise<string | undefined> {
  const permission = await Deno.permissions.query({ name: "run" });
  if (permission.state !== "granted") return "--allow-run is missing";
  try {
    const { success } = await new Deno.Command(program, { args: [flag] })
      .output();
    return success ? undefined : `${program} ${flag} fails`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `${program} is not installed`;
  }
}

async function buildGo(): Promise<string> {
  const program = `${CACHE}/go_hpack`;
  const flags = ["-buildvcs=false", "-trimpath", "-o", program];
  await run(["go", "build", ...flags, "."], { cwd: pathOf("go_hpack") });
  return program;
}

async function installPython(): Promise<string> {
  const requirements = pathOf("requirements.txt");
  const text = await Deno.readTextFile(requirements);
  const folder = `${CACHE}/python/${text.trim().replaceAll(/\W+/g, "-")}`;
  if (!await exists(folder)) {
    await Deno.mkdir(`${CACHE}/python`, { recursive: true });
    const target = await Deno.makeTempDir({ dir: `${CACHE}/python` });
    const flags = ["--quiet", "--no-deps", "--target", target];
    const command = ["python3", "-m", "pip", "install", ...flags];
    await run([...command, "-r", requirements], {});
    await Deno.rename(target, folder).catch(async (error) => {
      if (!await exists(folder)) throw error;
      await Deno.remove(target, { recursive: true });
    });
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function converse(
  command: readonly string[],
  sessions: readonly (readonly PeerStep[])[],
  env: Record<string, string> = {},
): Promise<PeerAnswer[][]> {
  const input = sessions.map((steps) => JSON.stringify(steps) + "\n").join("");
  const output = await run(command, { env }, input);
  return output.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Runs a command to its end and returns what it printed. */
async function run(
  [program, ...args]: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env">,
  input = "",
): Promise<string> {
  const process = new Deno.Command(program, {
    ...options,
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = new Response(input).body!.pipeTo(process.stdin);
  const [{ success, stdout, stderr }] = await Promise.all([
    process.output(),
    written.catch(() => "The process ended early: its exit status tells why"),
  ]);
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(
      `Cannot run ${program} ${args.join(" ")}: ${decoder.decode(stderr)}`,
    );
  }
  return decoder.decode(stdout);
}

function pathOf(path: string): string {
  return decodeURIComponent(new URL(path, import.meta.url).pathname);
}
