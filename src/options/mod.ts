/**
 * Checks of options, shared by all folders: every message names the option,
 * what is allowed and what was given.
 *
 * @module
 */
export * from "./milliseconds.ts";
export * from "./nearest.ts";
export * from "./options.ts";
