import { type Subcommand, whenRun } from "./subcommand.ts";
import { parseWatchFlags, watchCommand } from "./watch/mod.ts";

/** `watch`: what `deno task watch` starts. */
export const subcommand: Subcommand = {
  command: watchCommand,
  parse: (args, program) =>
    whenRun(parseWatchFlags(args, program), async (settings) => {
      const { runWatch } = await import("./run_watch.ts");
      return await runWatch(settings);
    }),
};
