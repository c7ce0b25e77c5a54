/**
 * Calls of any method, with JSON in and out.
 *
 * @module
 */
import { Command } from "commander";
import { readArguments } from "../command.ts";
import { deadlineOption, jsonOption, targetArgument } from "../common_flags.ts";
import { addEndpointFlags, endpointOf } from "../endpoint/mod.ts";
import { OUTPUT_GROUP } from "../flags.ts";
import { makeOption } from "../make_option.ts";
import { addSchemaFlags, schemaFilesOf } from "../schema_flags.ts";
import type { CallSettings } from "./settings.ts";
import type { Subcommand } from "../subcommand.ts";

const PURPOSE =
  "Calls a method. Requests are JSON, one after the other with any white space" +
  " between; responses are printed as JSON when they come. Headers, trailers" +
  " and errors go to the standard error.";

const examples = (program: string) => `
Examples:
  ${program} call localhost:50051 helloworld.Greeter/SayHello -d '{"name":"you"}'
  ${program} call localhost:50051 chat.Chat/Talk -d @ < messages.json
  ${program} call --tls -H 'authorization: Bearer x' example.com:443 a.B/C -d @a.json
  ${program} call --proto greeter.proto localhost:50051 helloworld.Greeter/SayHello

Without -d a method that takes one message gets an empty one, and one that
takes a stream gets none. With --json each line is an object with one of
headers, message, status; the status has its trailers and details.

The exit status is 0 if the call was OK, and 64 and the status code if it was
not: 69 is NOT_FOUND, 78 UNAVAILABLE. It is 1 if the method is not known or the
server has no reflection, and 2 for a mistake.`;

/** `call <target> <method>` */
export const subcommand: Subcommand = {
  command(program) {
    const command = new Command(`${program} call`)
      .description(PURPOSE)
      .addArgument(targetArgument())
      .argument("<method>", "such as helloworld.Greeter/SayHello")
      .addHelpText("after", examples(program));
    for (const option of callOptions()) command.addOption(option);
    addSchemaFlags(command);
    addEndpointFlags(command);
    return command;
  },
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const settings = settingsOf(command);
      return async () => await (await import("./run_call.ts")).run(settings);
    });
  },
};

function callOptions() {
  const group = "Call:";
  const off = (group: string) => ({ group, fallback: false });
  return [
    makeOption("data", "text", "Requests; @ reads the standard input", {
      ...{ group, short: "d", placeholder: "json|@|@file" },
    }),
    makeOption("header", "text", "Metadata; -bin ones in Base64", {
      ...{ group, short: "H", placeholder: "name: value", repeats: true },
    }),
    deadlineOption("How long the call may take", group, Infinity),
    makeOption("max-message", "octets", "The longest response", { group }),
    makeOption(
      "allow-unknown-fields",
      "boolean",
      "Leave out what the request message does not have",
      off(group),
    ),
    makeOption(
      "emit-defaults",
      "boolean",
      "Print fields that have their default value, too",
      off(OUTPUT_GROUP),
    ),
    makeOption("verbose", "boolean", "Tell headers and trailers", {
      ...off(OUTPUT_GROUP),
      short: "v",
    }),
    jsonOption(),
  ];
}

function settingsOf(command: Command): CallSettings {
  const given = command.opts();
  const [target, method] = command.args;
  return {
    endpoint: endpointOf(target, command),
    method,
    files: schemaFilesOf(command),
    data: given.data,
    headers: given.header ?? [],
    deadline: given.deadline,
    maxMessage: given.maxMessage,
    emitDefaults: given.emitDefaults,
    allowUnknownFields: given.allowUnknownFields,
    verbose: given.verbose,
    json: given.json,
  };
}
