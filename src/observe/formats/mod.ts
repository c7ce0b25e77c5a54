/**
 * What was recorded, in formats that others read.
 *
 * @module
 */
export { toJsonLines } from "./json_lines.ts";
export { toQlog } from "./qlog.ts";
export { toTraceEvents } from "./trace_events.ts";
