/**
 * Listens for gRPC clients, keeps their connections alive, and tells what
 * happens to them. Serves `echo.Echo` and its health. See `deno task server
 * --help`.
 *
 * @module
 */
import { parseFlags } from "./parse.ts";
import { runServer } from "./run_server.ts";
import { runTool } from "./run_tool.ts";

await runTool("server", (args) => parseFlags("server", args), runServer);
