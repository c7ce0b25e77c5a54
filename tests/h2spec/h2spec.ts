/**
 * The conformance suite h2spec against a server of this library.
 *
 * @module
 */

import { serve } from "../../mod.ts";
import { certificates } from "../harness/certificates.ts";
import { run, withLock } from "../interop/tools.ts";
import { type CaseResult, parseReport } from "./report.ts";

const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@latest";

/** All of it, also what h2spec keeps for `--strict`. */
const FLAGS: readonly string[] = ["--strict", "--timeout", "2"];

/** What the server is reached over. */
export type Layer = "TCP" | "TLS";

/** Both. */
export const LAYERS: readonly Layer[] = ["TCP", "TLS"];

/** The program, or what is missing for it. */
export type Preparation =
  | { readonly program: string }
  | { readonly missing: string };

/** Installs h2spec with Go; without a network, what was installed before is taken. */
export async function prepareH2spec(): Promise<Preparation> {
  const version = await run(["go", "version"]);
  if (!version.ok) return { missing: `Go is missing: ${version.text}` };
  return await withLock("h2spec", async (folder) => {
    const installed = await run(["go", "install", MODULE], {
      env: { GOBIN: folder },
    });
    const program = `${folder}/h2spec`;
    if (installed.ok || (await run([program, "--version"])).ok) {
      return { program };
    }
    return { missing: `h2spec cannot be installed: ${installed.text.trim()}` };
  });
}

/**
 * Runs every case against a server that serves no method.
 *
 * @throws {Error} If h2spec leaves no report.
 */
export async function runH2spec(
  program: string,
  layer: Layer,
  more: readonly string[] = [],
): Promise<CaseResult[]> {
  const tls = layer === "TLS" ? (await certificates()).server : undefined;
  await using server = serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    onHandlerError: () => {},
  }, []);
  const { port } = server.addr as Deno.NetAddr;
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { text } = await run([
      program,
      ...FLAGS,
      ...more,
      ...["--host", "127.0.0.1", "--port", String(port)],
      ...["--junit-report", report],
      ...(tls === undefined ? [] : ["--tls", "--insecure"]),
    ]);
    const cases = parseReport(await Deno.readTextFile(report));
    if (cases.length === 0) throw new Error(`h2spec has run nothing: ${text}`);
    return cases;
  } finally {
    await Deno.remove(report);
  }
}
