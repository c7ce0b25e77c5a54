/**
 * The machine and the versions of what was measured.
 *
 * @module
 */
import { run } from "../../interop/tools.ts";

const PROGRAMS = new URL("../calls_programs/", import.meta.url);

/** Tells what figures depend on. */
export async function describeMachine(): Promise<Record<string, string>> {
  const kernel = await run(["uname", "-sr"]);
  const cpu = /^model name\s*:\s*(.+)$/m.exec(await read("/proc/cpuinfo"));
  const memory = Deno.systemMemoryInfo().total / 2 ** 30;
  return {
    cores: String(navigator.hardwareConcurrency),
    processor: cpu?.[1] ?? "unknown",
    memory: `${memory.toFixed(0)} GiB`,
    kernel: kernel.text.trim(),
  };
}

/** The versions of the stacks and of their languages; what is missing is left out. */
export async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string | undefined> = {
    "@keepalive/grpc": await versionIn(
      "../../../deno.json",
      /"version": "(.+?)"/,
    ),
    "Deno": Deno.version.deno,
    "V8": Deno.version.v8,
    "Node": await versionOf(["node", "--version"], /v(\S+)/),
    "grpc-js": await versionIn("grpc_js.ts", /grpc-js@([\d.]+)/),
    "connect-node": await versionIn("connect_node.ts", /connect-node@([\d.]+)/),
    "Go": await versionOf(["go", "version"], /go([\d.]+)/),
    "grpc-go": await versionIn("grpc_go/go.mod", /grpc v([\d.]+)/),
    "rustc": await versionOf(["rustc", "--version"], /rustc ([\d.]+)/),
    "tonic": await versionIn("tonic/Cargo.toml", /tonic = .*?"=([\d.]+)"/),
    "gRPC Core": await versionOf(
      ["pkg-config", "--modversion", "grpc++"],
      /([\d.]+)/,
    ),
    "g++": await versionOf(["g++", "-dumpfullversion"], /([\d.]+)/),
    "Java": await versionOf(["java", "-version"], /version "(.+?)"/),
    "grpc-java": await versionIn(
      "grpc_java/pom.xml",
      /<version>(\d+\.[\d.]+)</,
    ),
    "nghttp2": await versionOf(["h2load", "--version"], /nghttp2\/([\d.]+)/),
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] =>
      entry[1] !== undefined
    ),
  );
}

async function versionOf(
  command: string[],
  pattern: RegExp,
): Promise<string | undefined> {
  const { ok, text } = await run(command);
  return ok ? pattern.exec(text)?.[1] : undefined;
}

async function versionIn(
  path: string,
  pattern: RegExp,
): Promise<string | undefined> {
  const text = await Deno.readTextFile(new URL(path, PROGRAMS));
  return pattern.exec(text)?.[1];
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}
