import { Command, Option } from "commander";
import { formatDuration } from "../../options/mod.ts";
import { readArguments, type Request, TASK } from "../command.ts";
import type { FlagKind } from "../flag.ts";
import { reader } from "../flag_value.ts";
import { OUTPUT_GROUP } from "../flags.ts";
import { UsageError } from "../usage_error.ts";
import type { WatchSettings } from "./settings.ts";

/** The port of the page, unless `--web` says another. */
export const WEB_PORT = 8_033;

const PURPOSE =
  "Connects to a gRPC server, and shows the connection live: round-trip" +
  " times, silence, state, events. In a terminal a table is drawn in place," +
  " elsewhere each look is a line. It makes no call; it sends PINGs, which a" +
  " server with gRPC's defaults strikes when they come more often than every" +
  " 5 minutes: the interval is then doubled, and shown.";

/**
 * Reads the arguments of `watch`.
 *
 * @throws {UsageError} If they are not what it takes.
 */
export function parseWatchFlags(
  args: readonly string[],
  program: string = TASK,
): Request<WatchSettings> {
  const command = watchCommand(program);
  return readArguments(command, args, () => settingsOf(command));
}

/** What commander is to know of `watch`, such as for completions. */
export function watchCommand(program: string): Command {
  const command = new Command(`${program} watch`).description(PURPOSE);
  for (const option of [...connection(), ...keepalive(), ...output()]) {
    command.addOption(option);
  }
  for (const name of ["tls", "permit-without-stream", "json"]) {
    command.addOption(new Option(`--no-${name}`).hideHelp());
  }
  return command;
}

function connection(): Option[] {
  const group = "Connection:";
  return [
    flag("target", "text", "Where to connect to: host:port or unix:path", group)
      .default("localhost:50051"),
    flag("tls", "boolean", "Connect with TLS", group).default(false, "false"),
    flag("ca", "pem", "Trust this file, too; implies --tls", group, "file"),
  ];
}

function keepalive(): Option[] {
  const group = "Keepalive:";
  return [
    duration("keepalive-time", 10_000, "Silence after which a PING is sent"),
    duration("keepalive-timeout", 20_000, "Further silence, and it is gone"),
    duration("minimum-time", 10_000, "A shorter time is raised to this"),
    flag("permit-without-stream", "boolean", "PING without a call", group)
      .default(true, "true"),
  ].map((option) => option.helpGroup(group));
}

function output(): Option[] {
  const group = OUTPUT_GROUP;
  return [
    duration("interval", 1_000, "Time between two looks; at least 50ms")
      .helpGroup(group),
    new Option(
      "--web [port]",
      "Serve a page that shows the same, on 127.0.0.1",
    )
      .helpGroup(group)
      .argParser(reader("web", "port"))
      .preset(WEB_PORT),
    flag("json", "boolean", "Print one JSON object a look", group)
      .default(false, "false"),
  ];
}

function duration(name: string, value: number, help: string): Option {
  return flag(name, "duration", help, "").default(value, formatDuration(value));
}

function flag(
  name: string,
  kind: FlagKind,
  help: string,
  group: string,
  placeholder: string = kind,
): Option {
  const syntax = kind === "boolean" ? "[boolean]" : `<${placeholder}>`;
  return new Option(`--${name} ${syntax}`, help)
    .helpGroup(group)
    .argParser(reader(name, kind));
}

/** Milliseconds between two looks, at the least. */
const SHORTEST_INTERVAL = 50;

/** Longer timers than this the platform does not have. */
const LONGEST_INTERVAL = 86_400_000;

function settingsOf(command: Command): WatchSettings {
  const { target, tls, ca, interval, web, json, ...times } = command.opts();
  if (interval < SHORTEST_INTERVAL || interval > LONGEST_INTERVAL) {
    throw new UsageError(
      `Cannot use --interval: expected a duration from 50ms to 24h, received "${
        formatDuration(interval)
      }"`,
    );
  }
  return {
    target,
    tls: tls === true || tls === null,
    ca,
    interval,
    web,
    json: json === true || json === null,
    keepalive: {
      time: times.keepaliveTime,
      timeout: times.keepaliveTimeout,
      minimumTime: times.minimumTime,
      permitWithoutStream: times.permitWithoutStream !== false,
    },
  };
}
