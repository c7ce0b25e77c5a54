/**
 * Completions for shells, out of the flags of the subcommands.
 *
 * @module
 */
import { Argument, Command } from "commander";
import { readArguments } from "../command.ts";
import { makeOption } from "../make_option.ts";
import { PROGRAM } from "../program.ts";
import type { Subcommand } from "../subcommand.ts";
import { UsageError } from "../usage_error.ts";
import { BASH_BEGINNING, bashEnding } from "./bash.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

const PURPOSE =
  "Prints what a shell needs to complete subcommands and flags. The program is" +
  " called for it by its name, so it must be installed.";

const examples = (program: string) => `
Examples:
  source <(${program} completion bash)                      # in ~/.bashrc
  source <(${program} completion zsh)                       # in ~/.zshrc
  ${program} completion fish > ~/.config/fish/completions/${PROGRAM}.fish`;

/** `completion <shell>` */
export const subcommand: Subcommand = {
  command: (program) =>
    new Command(`${program} completion`)
      .description(PURPOSE)
      .addArgument(
        new Argument("<shell>", SHELLS.join(", ")).argParser(readShell),
      )
      .addOption(
        makeOption("name", "text", "The name that it is installed with", {
          group: "Program:",
          fallback: PROGRAM,
        }),
      )
      .addHelpText("after", examples(program)),
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const [shell] = command.args;
      const { name } = command.opts();
      return async () => {
        if (shell === "bash") console.log(BASH_BEGINNING);
        const status = await run(name, ["completion", shell]);
        if (shell === "bash") console.log(bashEnding(name));
        return status;
      };
    });
  },
};

/** "Nothing from here": the shell completes names of files then, as it does. */
const FILES = ":0";

/** What the scripts ask for at each press of the key: `complete -- word …`. */
export async function complete(args: readonly string[]): Promise<number> {
  const { completed } = await import("./tree.ts");
  const { wantsFile } = await import("./wants_file.ts");
  if (wantsFile(await completed(PROGRAM), args)) {
    console.log(FILES);
    return 0;
  }
  return await run(PROGRAM, ["complete", ...args]);
}

async function run(name: string, args: readonly string[]): Promise<number> {
  const { completed } = await import("./tree.ts");
  const program = await completed(name);
  program.parse([...args], { from: "user" });
  return 0;
}

function readShell(text: string): string {
  if (SHELLS.includes(text)) return text;
  throw new UsageError(
    `Cannot use the shell "${text}": expected one of ${SHELLS.join(", ")}`,
  );
}
