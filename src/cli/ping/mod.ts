/**
 * PINGs to a server, and how long they took.
 *
 * @module
 */
import { Command } from "commander";
import { readArguments } from "../command.ts";
import { jsonOption, targetArgument } from "../common_flags.ts";
import { addEndpointFlags, endpointOf } from "../endpoint/mod.ts";
import { makeOption } from "../make_option.ts";
import type { PingSettings } from "./settings.ts";
import type { Subcommand } from "../subcommand.ts";
import { UsageError } from "../usage_error.ts";

/** Timers take no more: 24 days. */
const LONGEST_INTERVAL = 2 ** 31 - 1;
const SHORTEST_INTERVAL = 10;

const PURPOSE =
  "Sends HTTP/2 PINGs to a gRPC server, and tells how long the answers took." +
  " The answer to a PING comes from whoever ends the connection: with a proxy" +
  " in between, from the proxy. Each PING follows a health check, which goes" +
  " all the way, whatever the answer; a server that writes a response counts" +
  " no PING after it as one too many.";

const examples = (program: string) => `
Examples:
  ${program} ping localhost:50051
  ${program} ping --count 10 --interval 200ms --tls example.com:443
  ${program} ping --no-call --count 2 unix:/run/app.sock

The exit status is 0 if a PING was answered, 1 if none was, 2 for a mistake.`;

/** `ping <target>` */
export const subcommand: Subcommand = {
  command(program) {
    const group = "Pings:";
    const command = new Command(`${program} ping`)
      .description(PURPOSE)
      .addArgument(targetArgument())
      .addHelpText("after", examples(program));
    const options = [
      makeOption("count", "count", "Stop after so many", {
        group,
        short: "c",
      }),
      makeOption("interval", "duration", "From one to the next", {
        group,
        short: "i",
        fallback: 1_000,
      }),
      makeOption("timeout", "duration", "How long to wait for an answer", {
        group,
        fallback: 5_000,
      }),
      makeOption("call", "boolean", "Make no health check before each", {
        group,
        fallback: true,
      }),
      jsonOption(),
    ];
    for (const option of options) command.addOption(option);
    addEndpointFlags(command);
    return command;
  },
  parse(args, program) {
    const command = subcommand.command(program);
    return readArguments(command, args, () => {
      const settings = settingsOf(command);
      return async () => await (await import("./run_ping.ts")).run(settings);
    });
  },
};

function settingsOf(command: Command): PingSettings {
  const { count, interval, timeout, call, json } = command.opts();
  if (count === 0) {
    throw new UsageError("Cannot use --count: expected at least 1");
  }
  for (const [name, value] of Object.entries({ interval, timeout })) {
    if (value < SHORTEST_INTERVAL || value > LONGEST_INTERVAL) {
      throw new UsageError(
        `Cannot use --${name}: expected a duration from ${SHORTEST_INTERVAL}ms to 24 days`,
      );
    }
  }
  const endpoint = endpointOf(command.args[0], command);
  return { endpoint, count, interval, timeout, call, json };
}
