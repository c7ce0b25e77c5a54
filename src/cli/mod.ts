/**
 * What other programs of this repository need to read their flags as the
 * command line does. It is imported by nothing else in `src`, and may use
 * packages.
 *
 * @module
 */
export { readArguments, type Request } from "./command.ts";
export { reader } from "./flag_value.ts";
export { runTool } from "./run_tool.ts";
export { onStopSignal } from "./stop_signals.ts";
export { UsageError } from "./usage_error.ts";
