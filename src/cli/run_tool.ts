import type { Request } from "./command.ts";
import { printError, printLine } from "./output.ts";
import { printable } from "../page/mod.ts";
import { StartError, UsageError } from "./usage_error.ts";

/**
 * Runs a tool with the arguments of this process and ends the process with
 * the exit status that it resolves to: 0 for a good end, 1 for a bad one.
 * Flags that cannot be used end it with one line and exit status 2.
 */
export async function runTool<Settings>(
  name: string,
  parse: (
    args: readonly string[],
  ) => Request<Settings> | Promise<Request<Settings>>,
  run: (settings: Settings) => Promise<number>,
): Promise<never> {
  try {
    const request = await parse(Deno.args);
    if (request.kind === "run") Deno.exit(await run(request.settings));
    printLine(request.text);
    Deno.exit(0);
  } catch (error) {
    const isExpected = error instanceof UsageError ||
      error instanceof StartError;
    if (!isExpected) throw error;
    printError(`${name}: ${printable(error.message.split("\n")[0])}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
