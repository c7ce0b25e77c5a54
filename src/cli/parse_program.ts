import { colours } from "./colours.ts";
import { type Request, withoutSeparator } from "./command.ts";
import { nearest } from "./nearest.ts";
import { PROGRAM } from "./program.ts";
import type { Run } from "./subcommand.ts";
import { type Entry, SUBCOMMANDS } from "./subcommands.ts";
import { UsageError } from "./usage_error.ts";

const ALL: readonly Entry[] = [...SUBCOMMANDS, {
  name: "completion",
  purpose: "Print the completions for bash, zsh, fish or PowerShell",
  load: () => import("./completion/mod.ts"),
}];

/**
 * Reads which subcommand is asked for, and its arguments.
 *
 * @throws {UsageError} If there is none of that name, or its arguments are not
 * what it takes.
 */
export async function parseProgram(
  args: readonly string[],
): Promise<Request<Run>> {
  const [word, ...rest] = withoutSeparator(args);
  if (word === undefined || word === "--help" || word === "-h") {
    return { kind: "help", text: help() };
  }
  if (word === "help") return await parseProgram([...rest, "--help"]);
  if (word === "complete") {
    const { complete } = await import("./completion/mod.ts");
    return { kind: "run", settings: () => complete(rest) };
  }
  const entry = ALL.find(({ name }) => name === word);
  if (entry === undefined) throw unknown(word);
  const { subcommand } = await entry.load();
  return await subcommand.parse(rest, PROGRAM);
}

function unknown(word: string): UsageError {
  const names = ALL.map(({ name }) => name);
  const near = nearest(word, names);
  const advice = near === undefined
    ? `expected one of ${names.join(", ")}`
    : `did you mean "${near}"?`;
  return new UsageError(`There is no subcommand "${word}", ${advice}`);
}

function help(): string {
  const width = Math.max(...ALL.map(({ name }) => name.length));
  return [
    `Usage: ${PROGRAM} <subcommand> [flags] [arguments]`,
    "",
    "Talks to gRPC servers, and shows what becomes of their connections. Each",
    `subcommand says more with --help, such as ${PROGRAM} call --help.`,
    "",
    colours.bold("Subcommands:"),
    ...ALL.map(({ name, purpose }) =>
      `  ${colours.cyan(name.padEnd(width))}  ${purpose}`
    ),
    "",
    colours.bold("Exit status:"),
    "  0   it went well",
    "  1   it did not: nobody answers, nothing is found, a server is not serving",
    "  2   the command line has a mistake",
    "  64  and the status code of the call, if a call has failed: 69 is NOT_FOUND",
  ].join("\n");
}
