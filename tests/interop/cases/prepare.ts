/**
 * Builds and installs the peers.
 *
 * @module
 */

import type { Preparation as PeerPreparation } from "../peers/mod.ts";
import {
  findNode,
  onceFor,
  type Outcome,
  pathBeside,
  run,
  runAll,
  withLock,
} from "../tools.ts";

/** The programs of a peer, with the flags of the gRPC interop test programs. */
export interface Programs {
  /** Serves `grpc.testing.TestService`; takes `--port`. */
  readonly server: readonly string[];
  /** Runs a case; takes `--server_host`, `--server_port`, `--test_case`. */
  readonly client: readonly string[];
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The programs of a peer, or what is missing for them. */
export type Preparation = Programs | { readonly missing: string };

/** A program for both roles that is also an echo peer. */
export async function programsOf(
  prepare: () => Promise<PeerPreparation>,
): Promise<Preparation> {
  const prepared = await prepare();
  if (!prepared.available) return { missing: prepared.why };
  const { command, env } = prepared;
  return {
    server: [...command, "cases-server"],
    client: [...command, "cases-client"],
    env,
  };
}

/** The programs of grpc-go's own interop tests. */
export async function prepareGo(): Promise<Preparation> {
  const version = await run(["go", "version"]);
  if (!version.ok) return missing("Go is missing", version);
  return await withLock("cases/grpc_go", async (folder) => {
    const built = await run(
      [
        ...["go", "build", "-buildvcs=false", "-trimpath", "-o", `${folder}/`],
        "google.golang.org/grpc/interop/client",
        "google.golang.org/grpc/interop/server",
      ],
      { cwd: pathOf("grpc_go") },
    );
    if (!built.ok) return missing("grpc-go cannot be built", built);
    return {
      server: [`${folder}/server`],
      client: [`${folder}/client`],
      env: { GRPC_GO_LOG_SEVERITY_LEVEL: "info" },
    };
  });
}

/** gRPC Core as the grpcio wheel of Python. */
export async function prepareCore(): Promise<Preparation> {
  const version = await run(["python3", "--version"]);
  if (!version.ok) return missing("Python 3 is missing", version);
  return await withLock("cases/grpc_core", async (folder) => {
    const env = { PYTHONPATH: `${folder}/packages:${folder}/generated` };
    const installed = await installCore(folder, env, version.text);
    if (!installed.ok) return missing("grpcio cannot be installed", installed);
    return {
      server: ["python3", "-B", pathOf("grpc_core/server.py")],
      client: ["python3", "-B", pathOf("grpc_core/client.py")],
      env,
    };
  });
}

/** Installs the requirements and generates code from `testing.proto`, once. */
async function installCore(
  folder: string,
  env: Record<string, string>,
  version: string,
): Promise<Outcome> {
  const requirements = pathOf("grpc_core/requirements.txt");
  const inputs = [
    version,
    await Deno.readTextFile(requirements),
    await Deno.readTextFile(pathOf("testing.proto")),
  ];
  const packages = `${folder}/packages`;
  const generated = `${folder}/generated`;
  await Deno.mkdir(generated, { recursive: true });
  const pip = ["python3", "-m", "pip", "install", "--quiet"];
  return await onceFor(folder, inputs, () =>
    runAll([
      [
        ...[...pip, "--only-binary=:all:", "--upgrade", "--target", packages],
        ...["-r", requirements],
      ],
      [
        ...["python3", "-m", "grpc_tools.protoc"],
        ...[`--proto_path=${pathOf(".")}`, `--python_out=${generated}`],
        ...[`--grpc_python_out=${generated}`, "testing.proto"],
      ],
    ], { env }));
}

/** grpc-js on Node, as one file: Node neither reads TypeScript nor `npm:`. */
export async function prepareGrpcJs(): Promise<Preparation> {
  const version = await findNode();
  if (!version.ok) return missing("Node.js is missing", version);
  return await withLock("cases/grpc_js", async (folder) => {
    const program = `${folder}/grpc_js.mjs`;
    const bundled = await run([
      ...[Deno.execPath(), "bundle", "--quiet", "--output", program],
      pathOf("grpc_js/main.ts"),
    ]);
    if (!bundled.ok) return missing("@grpc/grpc-js cannot be bundled", bundled);
    const command = ["node", program, pathOf("testing.proto")];
    return {
      server: [...command, "server"],
      client: [...command, "client"],
    };
  });
}

function missing(what: string, { text }: Outcome): Preparation {
  return { missing: `${what}: ${text.trim()}` };
}

function pathOf(path: string): string {
  return pathBeside(import.meta.url, path);
}
