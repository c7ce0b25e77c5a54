import { parseFlags, toolCommand } from "./parse.ts";
import { type Subcommand, whenRun } from "./subcommand.ts";

/** `server`: what `deno task server` starts. */
export const subcommand: Subcommand = {
  command: (program) => toolCommand("server", program),
  parse: (args, program) =>
    whenRun(parseFlags("server", args, program), async (settings) => {
      const { runServer } = await import("./run_server.ts");
      return await runServer(settings);
    }),
};
