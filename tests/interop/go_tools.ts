/**
 * Tools of the Go proxy.
 *
 * @module
 */
import { onceFor, type Outcome, pathBeside, run, withLock } from "./tools.ts";

const GO_TOOLS: Readonly<Record<string, string>> = {
  "ghz": "github.com/bojand/ghz/cmd/ghz",
  "grpc-health-probe": "github.com/grpc-ecosystem/grpc-health-probe",
  "grpcurl": "github.com/fullstorydev/grpcurl/cmd/grpcurl",
};

/** Builds a tool of the Go proxy, in its pinned version; answers with its path. */
export async function prepareTool(name: string): Promise<Outcome> {
  const version = await run(["go", "version"]);
  if (!version.ok) return { ok: false, text: "Go is missing" };
  return await withLock(`go_tools/${name}`, async (folder) => {
    const cwd = pathBeside(import.meta.url, `go_tools/${name}`);
    const inputs = await Promise.all(
      ["go.mod", "go.sum"].map((file) => Deno.readTextFile(`${cwd}/${file}`)),
    );
    const path = `${folder}/${name}`;
    const build = ["go", "build", "-trimpath", "-o", path, GO_TOOLS[name]];
    const built = await onceFor(
      folder,
      [version.text, ...inputs],
      () => run(build, { cwd }),
    );
    return built.ok ? { ok: true, text: path } : built;
  });
}
