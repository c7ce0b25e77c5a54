/**
 * The health of a server and its services, by gRPC's health checking protocol.
 *
 * @module
 */
import { Command } from "commander";
import { readArguments } from "../command.ts";
import { deadlineOption, jsonOption, targetArgument } from "../common_flags.ts";
import { addEndpointFlags, endpointOf } from "../endpoint/mod.ts";
import { makeOption } from "../make_option.ts";
import type { Subcommand } from "../subcommand.ts";

const PURPOSE =
  "Asks a server, or one of its services, for its health; with --watch it goes" +
  " on telling until Ctrl-C.";

const examples = (program: string) => `
Examples:
  ${program} health localhost:50051
  ${program} health localhost:50051 helloworld.Greeter
  ${program} health --watch --tls example.com:443

The exit status is 0 if it is SERVING, 1 if it is not, 2 for a mistake, and 64
and the status code if the call fails: 69 if the server does not know the
service, 76 if it has no health service, 78 if it cannot be reached.`;

/** `health <target> [service]` */
export const subcommand: Subcommand = {
  command(program) {
    const command = new Command(`${program} health`)
      .description(PURPOSE)
      .addArgument(targetArgument())
      .argument("[service]", "such as helloworld.Greeter")
      .addHelpText("after", examples(program));
    const group = "Health:";
    const options = [
      makeOption("watch", "boolean", "Tell each change until Ctrl-C", {
        group,
        fallback: false,
      }),
      deadlineOption("How long the answer may take", group, 10_000),
      jsonOption(),
    ];
    for (const option of options) command.addOption(option);
    addEndpointFlags(command);
    return command;
  },
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const { watch, deadline, json } = command.opts();
      const [target, service = ""] = command.args;
      const endpoint = endpointOf(target, command);
      const settings = { endpoint, service, watch, deadline, json };
      return async () => await (await import("./run_health.ts")).run(settings);
    });
  },
};
