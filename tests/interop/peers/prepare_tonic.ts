/**
 * Builds the peer on tonic.
 *
 * @module
 */

import {
  onceFor,
  type Outcome,
  pathBeside,
  readFolder,
  run,
  runAll,
  withLock,
} from "../tools.ts";
import { type Preparation, unavailable } from "./prepare.ts";

/** tonic, built by Cargo. */
export async function prepareTonic(): Promise<Preparation> {
  const version = await run(["cargo", "--version"]);
  if (!version.ok) return unavailable("Cargo is missing", version);
  return await withLock("tonic", async (folder) => {
    const built = await build(folder);
    if (!built.ok) return unavailable("tonic cannot be built", built);
    return { available: true, command: [`${folder}/target/debug/tonic_peer`] };
  });
}

/** Builds a copy, as Cargo writes its lock file beside the manifest. */
async function build(folder: string): Promise<Outcome> {
  const crate = pathBeside(import.meta.url, "tonic");
  const sources = await readFolder(`${crate}/src`);
  const manifest = await Deno.readTextFile(`${crate}/Cargo.toml`);
  const target = `${folder}/target`;
  return await onceFor(
    folder,
    [folder, manifest, ...sources.values()],
    () =>
      runAll([
        ["rm", "-rf", `${folder}/crate`],
        ["cp", "-r", crate, `${folder}/crate`],
        [
          ...["cargo", "build", "--quiet", "--target-dir", target],
          ...["--manifest-path", `${folder}/crate/Cargo.toml`],
        ],
      ]),
  );
}
