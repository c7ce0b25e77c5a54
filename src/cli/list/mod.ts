/**
 * The services of a server, and the methods of one.
 *
 * @module
 */
import { readArguments } from "../command.ts";
import { schemaCommand, schemaSettingsOf } from "../schema_arguments.ts";
import type { Subcommand } from "../subcommand.ts";

const PURPOSE =
  "Lists the services of a server, by its reflection, or of files; with the" +
  " name of a service its methods.";

const examples = (program: string) => `
Examples:
  ${program} list localhost:50051
  ${program} list localhost:50051 helloworld.Greeter
  ${program} list --proto greeter.proto

The exit status is 0, 1 if the service is not known or the server has no
reflection, 2 for a mistake, and 64 and the status code if the call fails.`;

/** `list [target] [service]` */
export const subcommand: Subcommand = {
  command: (program) =>
    schemaCommand(`${program} list`, PURPOSE, "service")
      .addHelpText("after", examples(program)),
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const settings = schemaSettingsOf(command);
      return async () => await (await import("./run_list.ts")).run(settings);
    });
  },
};
