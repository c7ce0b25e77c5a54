/**
 * What a server takes for too many PINGs, found out by sending them.
 *
 * @module
 */
export { Kicks, MOST_KICKS } from "./kicks.ts";
export {
  type EnforcementPlan,
  type EnforcementSoFar,
  measureEnforcement,
  nothingSoFar,
  resultOf,
} from "./measure_enforcement.ts";
export {
  type EnforcementResult,
  type GapSample,
  likelyMinTime,
  type RuleResult,
} from "./result.ts";
