import { assert, assertEquals } from "@std/assert";
import { pathBeside, run } from "./tools.ts";

/** The oldest Deno that the library runs on, and two on the way to today's. */
const VERSIONS: readonly string[] = ["2.2", "2.5", "2.7"];

/** Milliseconds for npm to bring a Deno. */
const DOWNLOAD = 120_000;

const PROGRAM = pathBeside(import.meta.url, "older_deno/program.ts");

/** What the program has seen. */
interface Seen {
  readonly version: string;
  readonly calls: number;
  readonly connections: number;
  readonly pings: number;
  readonly tagged: readonly number[];
}

/** Why a version cannot be had here; `undefined` if it can. */
async function whyMissing(version: string): Promise<string | undefined> {
  const { ok, text } = await run(
    ["npx", "-y", `deno@${version}`, "--version"],
    {
      signal: AbortSignal.timeout(DOWNLOAD),
    },
  );
  if (ok && text.startsWith(`deno ${version}.`)) return undefined;
  return text.trim().split("\n")[0] || "npx does not bring it";
}

const missing = await Promise.all(VERSIONS.map(whyMissing));

for (const [index, version] of VERSIONS.entries()) {
  const why = missing[index];
  Deno.test({
    name: `Deno ${version}: a channel and a server over ages and keepalive` +
      (why === undefined ? "" : ` (skipped: ${why})`),
    ignore: why !== undefined,
    fn: async () => {
      const { ok, text } = await run([
        ...["npx", "-y", `deno@${version}`, "run", "--no-prompt"],
        ...["--no-config", "--no-lock", "--allow-net=127.0.0.1", PROGRAM],
      ], { env: { NO_COLOR: "1" } });
      assert(ok, text);
      const seen: Seen = JSON.parse(text.trim().split("\n").at(-1)!);
      assert(seen.version.startsWith(`${version}.`), text);
      assert(seen.calls > 1, text);
      assert(seen.connections > 2, text);
      assert(seen.pings > 0, text);
      assertEquals(seen.tagged, [0xfb, 0xff, 0]);
    },
  });
}
