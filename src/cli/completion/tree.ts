import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { SUBCOMMANDS } from "../subcommands.ts";

/**
 * A program with all subcommands, and with the two that complete them: one
 * prints a script, `complete` is what the script calls.
 */
export async function completed(name: string): Promise<Command> {
  const program = new Command(name).helpCommand(false);
  for (const entry of SUBCOMMANDS) {
    const { subcommand } = await entry.load();
    const command = subcommand.command(name).name(entry.name);
    program.addCommand(command.description(entry.purpose));
  }
  tab(program, { completionCommandName: "completion" });
  return program;
}
