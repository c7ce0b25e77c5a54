/**
 * Builds and installs the peers.
 *
 * @module
 */

import { type Outcome, pathOf, run, withLock } from "./tools.ts";

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

/** The programs of grpc-go's own interop tests. */
export async function prepareGo(): Promise<Preparation> {
  const version = await run(["go", "version"]);
  if (!version.ok) return missing("Go is missing", version);
  return await withLock("grpc_go", async (folder) => {
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
  return await withLock("grpc_core", async (folder) => {
    const env = { PYTHONPATH: `${folder}/packages:${folder}/generated` };
    const failed = await installCore(folder, env, version.text);
    if (failed !== undefined) return failed;
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
): Promise<Preparation | undefined> {
  const stamp = version +
    await Deno.readTextFile(pathOf("grpc_core/requirements.txt")) +
    await Deno.readTextFile(pathOf("testing.proto"));
  if (await readIfThere(`${folder}/stamp`) === stamp) return undefined;
  const packages = `${folder}/packages`;
  const generated = `${folder}/generated`;
  await Deno.mkdir(generated, { recursive: true });
  const steps = [
    [
      ...["python3", "-m", "pip", "install", "--quiet", "--only-binary=:all:"],
      ...["--upgrade", "--target", packages],
      ...["-r", pathOf("grpc_core/requirements.txt")],
    ],
    [
      ...["python3", "-m", "grpc_tools.protoc", `--proto_path=${pathOf(".")}`],
      ...[`--python_out=${generated}`, `--grpc_python_out=${generated}`],
      "testing.proto",
    ],
  ];
  for (const step of steps) {
    const done = await run(step, { env });
    if (!done.ok) return missing("grpcio cannot be installed", done);
  }
  await Deno.writeTextFile(`${folder}/stamp`, stamp);
}

/** grpc-js on Node, as one file: Node neither reads TypeScript nor `npm:`. */
export async function prepareGrpcJs(): Promise<Preparation> {
  const version = await run(["node", "--version"]);
  if (!version.ok) return missing("Node.js is missing", version);
  return await withLock("grpc_js", async (folder) => {
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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
