/**
 * `call`, `list` and `describe` of the command line next to grpcurl, against
 * grpc-go, grpc-java, connect-go and a server of this library: the same JSON.
 *
 * @module
 */
import type { JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { jsonValues } from "../../src/cli/call/json_values.ts";
import { prepareTool } from "./go_tools.ts";
import {
  type Preparation,
  prepareConnectGo,
  prepareJava,
  prepareShapesGo,
} from "./peers/mod.ts";
import { serveShapes } from "./shapes/our_server.ts";
import { SHAPES } from "./shapes/values.ts";
import { pathBeside, run, withLock } from "./tools.ts";

const PROTO = pathBeside(import.meta.url, "shapes/shapes.proto");
const MAIN = pathBeside(import.meta.url, "../../src/cli/main.ts");
const SERVICE = "shapes.v1.Shapes";

/** Something that listens. */
interface Running extends AsyncDisposable {
  readonly target: string;
}

const grpcurl = await prepareTool("grpcurl");
const go = await prepareShapesGo();
const java = await prepareJava();
const connect = await prepareConnectGo();
const descriptors = await writeDescriptors();

/** The descriptors of the shapes, as another compiler has them. */
async function writeDescriptors(): Promise<string> {
  return await withLock("shapes", async (folder) => {
    const path = `${folder}/shapes.binpb`;
    if (!go.available) return path;
    const flags = ["-proto", PROTO, "-descriptors", path];
    const written = await run([...go.command, ...flags]);
    assert(written.ok, written.text);
    return path;
  });
}

/** Starts a peer that says in its first line where it listens. */
async function start(peer: Preparation, flags: string[]): Promise<Running> {
  assert(peer.available);
  const [program, ...args] = [...peer.command, ...flags];
  const child = new Deno.Command(program, {
    args,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const { port } = JSON.parse(value.split("\n")[0]);
  return {
    target: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      while (!(await reader.read()).done);
      await child.status;
    },
  };
}

function startConnect(version: string): Promise<Running> {
  const flags = ["--descriptors", descriptors, "--reflection", version];
  return start(connect, ["shapes", ...flags]);
}

function startOurs(): Running {
  const server = serveShapes(Deno.readFileSync(descriptors));
  const { port } = server.addr as Deno.NetAddr;
  return {
    target: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const SERVERS: readonly [name: string, start: () => Promise<Running>][] = [
  ["grpc-go", () => start(go, ["-proto", PROTO])],
  [
    "grpc-go with reflection v1alpha",
    () => start(go, ["-proto", PROTO, "-reflection", "v1alpha"]),
  ],
  ["grpc-java", () => start(java, ["shapes", "--descriptors", descriptors])],
  ["connect-go", () => startConnect("v1")],
  ["connect-go with reflection v1alpha", () => startConnect("v1alpha")],
  ["a server of this library", () => Promise.resolve(startOurs())],
];

/** What a program has printed, and its exit status. */
async function outcome(command: readonly string[], stdin: string) {
  const [program, ...args] = command;
  const child = new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

function ours(args: readonly string[], stdin: string = "") {
  return outcome(
    [Deno.execPath(), "run", "--quiet", "-A", MAIN, ...args],
    stdin,
  );
}

function theirs(args: readonly string[], stdin: string = "") {
  return outcome([grpcurl.text, "-plaintext", ...args], stdin);
}

function valuesOf(text: string): Promise<JsonValue[]> {
  return Array.fromAsync(jsonValues([text]));
}

/** Calls with both, and holds their JSON together; returns it. */
async function both(
  target: string,
  method: string,
  data: string,
  flags: { ours: string[]; theirs: string[] } = { ours: [], theirs: [] },
): Promise<JsonValue[]> {
  const name = `${SERVICE}/${method}`;
  const [own, other] = await Promise.all([
    ours(["call", target, name, "-d", "@", ...flags.ours], data),
    theirs([...flags.theirs, "-d", "@", target, name], data),
  ]);
  assertEquals([own.status, own.stderr], [0, ""]);
  assertEquals([other.status, other.stderr], [0, ""]);
  const values = await valuesOf(own.stdout);
  assertEquals(values, await valuesOf(other.stdout));
  return values;
}

async function testShapes(target: string): Promise<void> {
  const all = await both(target, "Chat", SHAPES.join("\n"));
  assertEquals(all.length, SHAPES.length);
  assertEquals(await both(target, "Echo", SHAPES[1]), [JSON.parse(SHAPES[1])]);
  const three = await both(target, "Repeat", `{"small":3}`);
  assertEquals(three.length, 3);
  const [gathered] = await both(target, "Gather", SHAPES.join(""));
  assert(typeof gathered === "object" && gathered !== null);
  assertEquals(Object(gathered).count, SHAPES.length);
  assertEquals(await both(target, "Gather", ""), [{}]);
}

async function testFailure(target: string): Promise<void> {
  const method = `${SERVICE}/Echo`;
  const data = `{"text":"fail"}`;
  const own = await ours(["call", target, method, "-d", data]);
  const other = await theirs(["-d", data, target, method]);
  assertEquals([own.status, other.status], [73, 73]);
  assertEquals(own.stderr.split("\n"), [
    "FAILED_PRECONDITION: the shape is no good",
    `  {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SQUARE","domain":"shapes.example","metadata":{"corners":"4"}}`,
    `  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"}`,
    "",
  ]);
}

async function testNames(target: string): Promise<void> {
  const own = await ours(["list", target]);
  const other = await theirs([target, "list"]);
  assertEquals(own.stdout, other.stdout);
  const methods = await ours(["list", target, SERVICE]);
  const otherMethods = await theirs([target, "list", SERVICE]);
  assertEquals(
    methods.stdout.replaceAll("/", ".").trim().split("\n").sort(),
    otherMethods.stdout.trim().split("\n"),
  );
  const near = await ours(["call", target, `${SERVICE}/Ecko`]);
  assertEquals([near.status, near.stderr], [
    1,
    `keepalive: ${SERVICE} has no method "Ecko": did you mean "Echo"?\n`,
  ]);
}

/** What is missing, if something is. */
function missing(): string | undefined {
  if (!grpcurl.ok) return grpcurl.text.split("\n")[0];
  for (const peer of [go, java, connect]) if (!peer.available) return peer.why;
}

for (const [name, start] of SERVERS) {
  const why = missing();
  Deno.test({
    name: `call next to grpcurl, against ${name}${why ? ` (${why})` : ""}`,
    ignore: why !== undefined,
    async fn(t) {
      await using server = await start();
      const { target } = server;
      await t.step("the same JSON", () => testShapes(target));
      await t.step("errors with details", () => testFailure(target));
      await t.step("the same names", () => testNames(target));
    },
  });
}

Deno.test({
  name: "describe reads a .proto as another compiler does",
  ignore: !go.available,
  async fn() {
    for (
      const name of ["Shape", "Shape.Nested", "Gathered", "Colour", "Shapes"]
    ) {
      const symbol = `shapes.v1.${name}`;
      const read = await ours(["describe", "--proto", PROTO, symbol]);
      const set = ["--descriptor-set", descriptors];
      const given = await ours(["describe", ...set, symbol]);
      assertEquals(read.stdout, given.stdout);
      assertEquals([read.status, read.stderr], [0, ""]);
    }
  },
});
