/**
 * Builds the peer on tonic.
 *
 * @module
 */

import { pathBeside, run, withLock } from "../tools.ts";
import { type Preparation, unavailable } from "./prepare.ts";

/** tonic, built by Cargo as `Cargo.lock` says. */
export async function prepareTonic(): Promise<Preparation> {
  const version = await run(["cargo", "--version"]);
  if (!version.ok) return unavailable("Cargo is missing", version);
  return await withLock("tonic", async (folder) => {
    const manifest = pathBeside(import.meta.url, "tonic/Cargo.toml");
    const built = await run([
      ...["cargo", "build", "--locked", "--quiet"],
      ...["--manifest-path", manifest, "--target-dir", folder],
    ]);
    if (!built.ok) return unavailable("tonic cannot be built", built);
    return { available: true, command: [`${folder}/debug/tonic_peer`] };
  });
}
