/**
 * Finds mistakes in the configuration of keepalive before they are outages.
 *
 * {@linkcode presets} has what load balancers, proxies and NATs do with a
 * connection that is silent.
 *
 * @example What forgets within five minutes
 * ```ts
 * import { presets } from "@keepalive/grpc/doctor";
 *
 * for (const { name, idle = Infinity } of presets) {
 *   if (idle <= 300_000) console.log(name, idle);
 * }
 * ```
 *
 * @module
 */
export type { Advice, Diagnosis, Finding, Severity } from "./findings.ts";
export { type Preset, presets } from "./path/mod.ts";
