/**
 * What stands between a client and a server, and when it forgets.
 *
 * @module
 */
export { type Hop, type HopOptions, type Path, readPath } from "./hop.ts";
export type { Preset } from "./preset.ts";
export { presets } from "./presets.ts";
