import { Command } from "commander";
import { parseVerb, VERBS } from "./doctor/mod.ts";
import type { Subcommand } from "./subcommand.ts";

/** `doctor`: what `deno task doctor` starts. */
export const subcommand: Subcommand = {
  command(program) {
    const command = new Command("doctor").helpCommand(false);
    for (const verb of VERBS) {
      command.addCommand(
        verb.command(program).name(verb.name).description(verb.purpose),
      );
    }
    return command;
  },
  parse: parseVerb,
};
