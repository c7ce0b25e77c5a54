import { Command, Option } from "commander";
import { readArguments, type Request } from "../command.ts";
import { OUTPUT_GROUP } from "../flags.ts";

/** What the flags of the demo set. */
export interface DemoSettings {
  /** `--json` */
  readonly json: boolean;
}

/**
 * Reads the arguments of the demo.
 *
 * @throws {UsageError} If they are not what it takes.
 */
export function parseDemoFlags(args: readonly string[]): Request<DemoSettings> {
  const command = new Command("deno task demo")
    .description(
      "Shows in a few seconds what keepalive does for a connection. The exit" +
        " status is 0 if every promise was kept.",
    )
    .addOption(
      new Option("--json", "Print the promises only, one JSON object a line")
        .helpGroup(OUTPUT_GROUP)
        .default(false, "false"),
    );
  return readArguments(command, args, () => command.opts<DemoSettings>());
}
