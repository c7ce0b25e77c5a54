/**
 * Shows a connection live: in a terminal, as lines, and as a page. See
 * `deno task watch --help`.
 *
 * @module
 */
import { parseWatchFlags } from "./watch/mod.ts";
import { runWatch } from "./run_watch.ts";
import { runTool } from "./run_tool.ts";

await runTool("watch", parseWatchFlags, runWatch);
