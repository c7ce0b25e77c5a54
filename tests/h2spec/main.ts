/**
 * Runs h2spec against a server of this library, over TCP and over TLS, and
 * prints the table of its cases.
 *
 * ```sh
 * deno task h2spec [--json] [--program PATH] [-- FLAGS OF h2spec]
 * ```
 *
 * The exit code is 1 if a case fails or is skipped. Without Go and without a
 * program nothing is run, which is said, and the exit code is 0.
 *
 * @module
 */

import { JSON_FLAG, runTask, UsageError } from "../harness/task.ts";
import { LAYERS, prepareH2spec, runH2spec } from "./h2spec.ts";
import { formatCases } from "./table.ts";

interface Settings {
  readonly json: boolean;
  readonly program?: string;
}

/** What stands behind `--` is for h2spec. */
const separator = Deno.args.indexOf("--");
const own = separator < 0 ? Deno.args : Deno.args.slice(0, separator);
const flags = separator < 0 ? [] : Deno.args.slice(separator + 1);

await runTask<Settings>({
  name: "h2spec",
  purpose:
    "Runs h2spec against a server of this library, over TCP and over TLS, and" +
    " prints the table of its cases. What stands behind -- are flags of" +
    " h2spec. The exit status is 1 if a case fails or is skipped. Without Go" +
    " and without a program nothing is run, which is said.",
  examples: [
    "deno task h2spec",
    "deno task h2spec --program ~/go/bin/h2spec -- http2/6.5",
  ],
  flags: [
    {
      flags: "--program <path>",
      help: "The h2spec to run (default: installed with Go)",
      read: requireProgram,
    },
    JSON_FLAG,
  ],
}, async ({ json, program }) => {
  const prepared = program === undefined ? await prepareH2spec() : { program };
  if ("missing" in prepared) {
    if (json) console.log(JSON.stringify({ skipped: prepared.missing }));
    else console.log(`skipped: h2spec (${prepared.missing})`);
    return 0;
  }
  let isClean = true;
  const results = [];
  for (const layer of LAYERS) {
    const cases = await runH2spec(prepared.program, layer, flags);
    isClean &&= cases.every(({ outcome }) => outcome === "passed");
    results.push({ layer, cases });
  }
  console.log(json ? JSON.stringify(results) : formatCases(results));
  return isClean ? 0 : 1;
}, own);

function requireProgram(path: string): string {
  try {
    if (Deno.statSync(path).isFile) return path;
  } catch {
    // There is nothing.
  }
  throw new UsageError(
    `Cannot use --program: expected the path of h2spec, received "${path}"`,
  );
}
