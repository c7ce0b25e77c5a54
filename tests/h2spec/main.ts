/**
 * Runs h2spec against a server of this library, over TCP and over TLS, and
 * prints the table of its cases.
 *
 * ```sh
 * deno task h2spec [--json] [--program=PATH] [-- FLAGS OF h2spec]
 * ```
 *
 * The exit code is 1 if a case fails or is skipped. Without Go and without a
 * program nothing is run, which is said, and the exit code is 0.
 *
 * @module
 */

import { LAYERS, prepareH2spec, runH2spec } from "./h2spec.ts";
import { formatCases } from "./table.ts";

const asJson = Deno.args.includes("--json");
const rest = Deno.args.indexOf("--");
const flags = rest < 0 ? [] : Deno.args.slice(rest + 1);
const program = Deno.args.find((arg) => arg.startsWith("--program="))
  ?.slice("--program=".length);

const prepared = program === undefined ? await prepareH2spec() : { program };

if ("missing" in prepared) {
  if (asJson) console.log(JSON.stringify({ skipped: prepared.missing }));
  else console.log(`skipped: h2spec (${prepared.missing})`);
} else {
  let isClean = true;
  const results = [];
  for (const layer of LAYERS) {
    const cases = await runH2spec(prepared.program, layer, flags);
    isClean &&= cases.every(({ outcome }) => outcome === "passed");
    results.push({ layer, cases });
  }
  console.log(asJson ? JSON.stringify(results) : formatCases(results));
  if (!isClean) Deno.exitCode = 1;
}
