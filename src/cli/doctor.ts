/**
 * Examines the configuration of keepalive. See `deno task doctor --help`.
 *
 * @module
 */
import { runTool } from "./run_tool.ts";
import { parseVerb } from "./doctor/mod.ts";

await runTool("doctor", parseVerb, (run) => run());
