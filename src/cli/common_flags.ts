import { Argument, type Option } from "commander";
import { OUTPUT_GROUP } from "./flags.ts";
import { makeOption } from "./make_option.ts";

/** The server that a subcommand talks to. */
export function targetArgument(): Argument {
  return new Argument("<target>", "host:port, [ipv6]:port or unix:path");
}

/** `--json`, for a subcommand that prints more than one thing. */
export function jsonOption(): Option {
  return makeOption("json", "boolean", "Print one JSON object a line", {
    group: OUTPUT_GROUP,
    fallback: false,
  });
}

/** `--deadline` of a call that a subcommand makes. */
export function deadlineOption(
  help: string,
  group: string,
  fallback: number,
): Option {
  return makeOption("deadline", "duration", help, { group, fallback });
}
