import type { Command } from "commander";

/** What stands for the value of a flag that names a file, in its help. */
const FILE = /<(file|folder|path)>/;

/** Whether the last word is the value of a flag that names a file or a folder. */
export function wantsFile(
  program: Command,
  words: readonly string[],
): boolean {
  const command = words.reduce(
    (found, word) =>
      found.commands.find((each) => each.name() === word) ?? found,
    program,
  );
  const flag = words.at(-2);
  return command.options.some(({ long, short, flags }) =>
    (flag === long || flag === short) && FILE.test(flags)
  );
}
