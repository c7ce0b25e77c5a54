/**
 * Connects to a gRPC server, keeps the connection alive, and tells what
 * happens to it; makes calls, if it is asked to. See `deno task client
 * --help`.
 *
 * @module
 */
import { parseFlags } from "./parse.ts";
import { runClient } from "./run_client.ts";
import { runTool } from "./run_tool.ts";

await runTool("client", (args) => parseFlags("client", args), runClient);
