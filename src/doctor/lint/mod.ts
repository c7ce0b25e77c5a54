/**
 * The examination of options and a path, without a network.
 *
 * @module
 */
export type { CallsOptions, LintOptions } from "./case.ts";
export { lint } from "./lint.ts";
