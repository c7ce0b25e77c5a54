import { Command } from "commander";
import { addEndpointFlags, type Endpoint, endpointOf } from "./endpoint/mod.ts";
import { OUTPUT_GROUP } from "./flags.ts";
import { makeOption } from "./make_option.ts";
import {
  addSchemaFlags,
  hasFiles,
  type SchemaFiles,
  schemaFilesOf,
} from "./schema_flags.ts";
import { UsageError } from "./usage_error.ts";

/** What the flags of `list` and `describe` ask for. */
export interface SchemaSettings {
  /** The server to ask; `undefined` if there are files. */
  readonly endpoint?: Endpoint;
  readonly files: SchemaFiles;
  /** A full name, such as `helloworld.Greeter`. */
  readonly symbol?: string;
  readonly json: boolean;
}

/** A command that takes a target, unless there are files, and a name. */
export function schemaCommand(
  name: string,
  purpose: string,
  symbol: string,
): Command {
  const command = new Command(name)
    .description(purpose)
    .argument("[target]", "host:port or unix:path; left out with files")
    .argument(`[${symbol}]`, "such as helloworld.Greeter");
  addSchemaFlags(command);
  command.addOption(makeOption("json", "boolean", "Print one JSON object", {
    group: OUTPUT_GROUP,
    fallback: false,
  }));
  addEndpointFlags(command);
  return command;
}

/**
 * What the flags give.
 *
 * @throws {UsageError} If there is neither a target nor a file.
 */
export function schemaSettingsOf(command: Command): SchemaSettings {
  const files = schemaFilesOf(command);
  const { json } = command.opts();
  const [first, second] = command.args;
  if (hasFiles(files)) {
    if (second === undefined) return { files, symbol: first, json };
    throw new UsageError(
      `Unexpected "${second}": with files there is no target`,
    );
  }
  if (first === undefined) {
    throw new UsageError(
      "Expected a target such as localhost:50051, or --proto, or --descriptor-set",
    );
  }
  const endpoint = endpointOf(first, command);
  return { endpoint, files, symbol: second, json };
}
