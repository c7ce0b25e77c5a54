/**
 * The command line: `ping`, `call`, `list`, `describe`, `health` for any gRPC
 * server, `doctor` and `watch` for its keepalive, and `server` and `client` to
 * try it out. A program, not for import:
 *
 * ```sh
 * deno run -A jsr:@keepalive/grpc/cli --help
 * deno install --global -A --name keepalive jsr:@keepalive/grpc/cli
 * ```
 *
 * @module
 */
import { parseProgram } from "./parse_program.ts";
import { PROGRAM } from "./program.ts";
import { runTool } from "./run_tool.ts";

if (import.meta.main) await runTool(PROGRAM, parseProgram, (run) => run());
