import { parseFlags, toolCommand } from "./parse.ts";
import { type Subcommand, whenRun } from "./subcommand.ts";

/** `client`: what `deno task client` starts. */
export const subcommand: Subcommand = {
  command: (program) => toolCommand("client", program),
  parse: (args, program) =>
    whenRun(parseFlags("client", args, program), async (settings) => {
      const { runClient } = await import("./run_client.ts");
      return await runClient(settings);
    }),
};
