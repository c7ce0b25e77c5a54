/**
 * Checks of options, shared by all folders: every message names the option,
 * what is allowed and what was given.
 *
 * @module
 */
export { milliseconds } from "./milliseconds.ts";
export { nearest } from "./nearest.ts";
export {
  booleanOption,
  display,
  durationOption,
  integerOption,
  requireFunction,
  requireFunctions,
  requireKnownKeys,
  requireMembers,
  requireObject,
  requireSignal,
  requireText,
} from "./options.ts";
