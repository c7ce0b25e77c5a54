/**
 * The command line: the tools `server`, `client`, `watch` and `demo`, and what other
 * programs of this repository need to read their flags. Not published, and
 * imported by nothing else in `src`; the one room that may use packages.
 *
 * @module
 */
export { readArguments, type Request } from "./command.ts";
export { reader } from "./flag_value.ts";
export { runTool } from "./run_tool.ts";
export { onStopSignal } from "./stop_signals.ts";
export { UsageError } from "./usage_error.ts";
