import type { Command } from "commander";
import type { Request } from "../command.ts";
import type { Run } from "../subcommand.ts";

/** One of the things that the doctor can do. */
export interface Verb {
  /** The word after that of the doctor. */
  readonly name: string;
  /** What it does, in a line for the help. */
  readonly purpose: string;
  /**
   * Reads its arguments, without the word itself.
   *
   * @throws {UsageError} If they are not what it takes.
   */
  readonly parse: (
    args: readonly string[],
    program: string,
  ) => Request<Run>;
  /**
   * Its flags, as completions need them.
   *
   * @param program What stands before the word of the doctor.
   */
  readonly command: (program: string) => Command;
}
