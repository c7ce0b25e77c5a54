/**
 * Finds mistakes in the configuration of keepalive before they are outages.
 *
 * {@linkcode lint} examines the options of a client and a server, in the words
 * of this library or of another stack, and the path between them, without a
 * network. {@linkcode probe} examines a live server, and tells whether a proxy is
 * in between. {@linkcode presets} has what load balancers, proxies and NATs do with
 * a connection that is silent.
 *
 * @example A path that forgets
 * ```ts
 * import { lint } from "@keepalive/grpc/doctor";
 *
 * const { verdict, findings } = lint({
 *   client: { keepalive: { time: 30_000 } },
 *   server: { enforcement: { minTime: 20_000 } },
 *   path: ["aws-nlb", { layer: 7, idle: "60s" }],
 * });
 * console.log(verdict);
 * for (const { severity, title } of findings) console.log(severity, title);
 * ```
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
export { type CallsOptions, lint, type LintOptions } from "./lint/mod.ts";
export {
  type HopOptions,
  type Path,
  type Preset,
  presets,
} from "./path/mod.ts";
export { renderDiagnosis } from "./report/mod.ts";
export { type StackName, type StackOptions, stacks } from "./stacks/mod.ts";
export {
  type EnforcementResult,
  type Fate,
  type GapSample,
  type GoawayManners,
  type Hop,
  type Latency,
  type Lifetimes,
  type PeerStack,
  type Presence,
  probe,
  type ProbeMeasurements,
  type ProbeOptions,
  type ProbeProgress,
  type ProbeReport,
  type RuleResult,
  type SeenGoaway,
  type Services,
} from "./probe/mod.ts";
