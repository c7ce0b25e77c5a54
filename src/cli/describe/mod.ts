/**
 * Services, methods, messages and enums as a `.proto` has them.
 *
 * @module
 */
import { readArguments } from "../command.ts";
import { schemaCommand, schemaSettingsOf } from "../schema_arguments.ts";
import type { Subcommand } from "../subcommand.ts";

const PURPOSE =
  "Shows what a name stands for, as a .proto has it: a service, a method with" +
  " its messages, a message, an enum; without a name all services.";

const examples = (program: string) => `
Examples:
  ${program} describe localhost:50051
  ${program} describe localhost:50051 helloworld.HelloRequest
  ${program} describe --descriptor-set all.binpb helloworld.Greeter/SayHello

With --json it is the descriptor, as google/protobuf/descriptor.proto has it.

The exit status is 0, 1 if the name is not known or the server has no
reflection, 2 for a mistake, and 64 and the status code if the call fails.`;

/** `describe [target] [name]` */
export const subcommand: Subcommand = {
  command: (program) =>
    schemaCommand(`${program} describe`, PURPOSE, "name")
      .addHelpText("after", examples(program)),
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const settings = schemaSettingsOf(command);
      return async () =>
        await (await import("./run_describe.ts")).run(settings);
    });
  },
};
