import type { Command } from "commander";
import type { Request } from "./command.ts";

/** What a subcommand does, and resolves to the exit status. */
export type Run = () => Promise<number>;

/** The same request, with what is to be done for its settings. */
export function whenRun<Settings>(
  request: Request<Settings>,
  run: (settings: Settings) => Promise<number>,
): Request<Run> {
  if (request.kind === "help") return request;
  return { kind: "run", settings: () => run(request.settings) };
}

/** A word after the name of the program, and what it does. */
export interface Subcommand {
  /**
   * Its flags, as completions need them.
   *
   * @param program What stands before its name on the command line.
   */
  command(program: string): Command;
  /**
   * Reads its arguments, without the word itself.
   *
   * @throws {UsageError} If they are not what it takes.
   */
  parse(
    args: readonly string[],
    program: string,
  ): Request<Run> | Promise<Request<Run>>;
}
