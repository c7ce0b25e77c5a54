/**
 * Checks of options, shared by all folders: every message names the option,
 * what is allowed and what was given.
 *
 * @module
 */
export { display } from "./display.ts";
export { comparableDuration, duration, roughDuration } from "./duration.ts";
export {
  formatDuration,
  formatSeconds,
  parseDuration,
} from "./duration_syntax.ts";
export { milliseconds } from "./milliseconds.ts";
export { nearest } from "./nearest.ts";
export {
  requireFunction,
  requireFunctions,
  requireKnownKeys,
  requireMembers,
  requireObject,
  requireOptionKeys,
  requireSignal,
  requireText,
} from "./options.ts";
export {
  booleanOption,
  choiceOption,
  durationOption,
  integerOption,
  octetsOption,
  refusal,
  requireInteger,
} from "./values.ts";
