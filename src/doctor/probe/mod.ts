/**
 * Examines live servers.
 *
 * @module
 */
export type {
  EnforcementResult,
  GapSample,
  RuleResult,
} from "./enforcement/mod.ts";
export type { PeerStack } from "./fingerprint.ts";
export type { Hop } from "./hop.ts";
export type { Latency } from "./latency.ts";
export type { Fate, GoawayManners, Lifetimes } from "./lifetime.ts";
export type { SeenGoaway } from "./link_log.ts";
export type { ProbeMeasurements } from "./measurements.ts";
export type { ProbeOptions } from "./options.ts";
export { probe } from "./probe.ts";
export type { ProbeProgress } from "./progress.ts";
export type { ProbeReport } from "./report.ts";
export type { Presence, Services } from "./services.ts";
