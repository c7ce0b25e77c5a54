import { Command, Option } from "commander";
import {
  readArguments,
  type Request,
  TASK,
  withoutSeparator,
} from "./command.ts";
import { formatValue, parseValue } from "./flag_value.ts";
import { type Flag, type FlagValue, NO_DEFAULT, type Tool } from "./flag.ts";
import { FLAGS, flagsOf } from "./flags.ts";
import type { Settings } from "./settings.ts";
import { UsageError } from "./usage_error.ts";

/** What a tool does, in a sentence for its help. */
const PURPOSES: Readonly<Record<Tool, string>> = {
  server: "Listens for gRPC clients, keeps their connections alive, and tells" +
    " what happens to them. It serves echo.Echo and grpc.health.v1.Health.",
  client: "Connects to a gRPC server, keeps the connection alive, and tells" +
    " what happens to it. With --call it makes calls, and ends after them.",
};

/**
 * Reads the arguments of a tool.
 *
 * @throws {UsageError} If they are not what the tool takes.
 */
export function parseFlags<T extends Tool>(
  tool: T,
  args: readonly string[],
  program: string = TASK,
): Request<Settings[T]> {
  refuseFlagsOfTheOther(tool, withoutSeparator(args), program);
  const command = toolCommand(tool, program);
  return readArguments(command, args, () => {
    refuseContradictions(command);
    return settingsOf(tool, command);
  });
}

/** What commander is to know of a tool, such as for completions. */
export function toolCommand(tool: Tool, program: string): Command {
  const command = new Command(`${program} ${tool}`).description(PURPOSES[tool]);
  for (const flag of flagsOf(tool)) addOption(command, tool, flag);
  return command;
}

function addOption(command: Command, tool: Tool, flag: Flag): void {
  const { name, kind, placeholder = kind, help, group } = flag;
  const value = flag[tool];
  const syntax = kind === "boolean" ? "[boolean]" : `<${placeholder}>`;
  const option = new Option(`--${name} ${syntax}`, help)
    .helpGroup(group)
    .argParser((text: string) => parseValue(flag, text));
  if (value !== undefined && value !== NO_DEFAULT) {
    option.default(value, formatValue(flag, value));
  }
  command.addOption(option);
  if (kind === "boolean") {
    command.addOption(new Option(`--no-${name}`).hideHelp());
  }
}

function refuseFlagsOfTheOther(
  tool: Tool,
  args: readonly string[],
  program: string,
): void {
  const other = tool === "server" ? "client" : "server";
  for (const arg of args) {
    const name = /^--(?:no-)?([^=]+)/.exec(arg)?.[1];
    const flag = FLAGS.find((flag) => flag.name === name);
    if (flag === undefined || flag[tool] !== undefined) continue;
    throw new UsageError(
      `--${name} is a flag of the ${other}, see ${program} ${other} --help`,
    );
  }
}

function refuseContradictions(command: Command): void {
  const isGiven = (name: string) =>
    command.getOptionValueSource(attributeOf(name)) === "cli";
  const refuse = (name: string, why: string) => {
    throw new UsageError(`Cannot use --${name}: ${why}`);
  };
  const ofCall = ["size", "count", "interval", "deadline"].find(isGiven);
  if (ofCall !== undefined && !isGiven("call")) {
    refuse(ofCall, "it goes with --call");
  }
  if (isGiven("system-ca") && !isGiven("ca")) {
    refuse("system-ca", "it goes with --ca");
  }
  if (isGiven("unix")) {
    const tcp = ["host", "port", "tls-cert", "tls-key"].find(isGiven);
    if (tcp !== undefined) refuse("unix", `it goes without --${tcp}`);
  }
  if (isGiven("tls-cert") !== isGiven("tls-key")) {
    const [given, missing] = isGiven("tls-cert")
      ? ["tls-cert", "tls-key"]
      : ["tls-key", "tls-cert"];
    refuse(given, `--${missing} is missing`);
  }
}

type OptionTree = { [key: string]: FlagValue | OptionTree };

/** Puts each value under the path of its option. */
function settingsOf<T extends Tool>(tool: T, command: Command): Settings[T] {
  const tree: OptionTree = {};
  for (const { name, option } of flagsOf(tool)) {
    const value = command.getOptionValue(attributeOf(name));
    if (value === undefined) continue;
    const owners = option.split(".");
    const key = owners.pop() ?? option;
    const owner = owners.reduce(
      (node, name) => (node[name] ??= {}) as OptionTree,
      tree,
    );
    owner[key] = value;
  }
  return tree as unknown as Settings[T];
}

/** The name under which commander keeps the value of a flag. */
function attributeOf(name: string): string {
  return new Option(`--${name}`).attributeName();
}
