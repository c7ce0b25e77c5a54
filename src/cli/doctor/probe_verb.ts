import { Command, Option } from "commander";
import { parseDuration } from "../../options/mod.ts";
import { readArguments } from "../command.ts";
import type { FlagKind, FlagValue } from "../flag.ts";
import { reader } from "../flag_value.ts";
import { OUTPUT_GROUP } from "../flags.ts";
import { UsageError } from "../usage_error.ts";
import { type ProbeSettings, runProbe } from "./run_probe.ts";
import type { Verb } from "./verb.ts";

const SERVER_GROUP = "Server:";
const KICKS_GROUP = "What is measured:";

const PURPOSE =
  "Examines a live server: PINGs and how fast they are answered," +
  " which stack it is, whether a proxy is in between, health and reflection;" +
  " with --allow-kicks which PINGs are too many for it, with --wait how long" +
  " connections last. Ctrl-C shows what is known so far.";

interface ProbeFlag {
  readonly name: string;
  readonly kind: FlagKind;
  readonly group: string;
  readonly help: string;
  readonly placeholder?: string;
  readonly fallback?: readonly [value: FlagValue, shown: string];
}

const FLAGS: readonly ProbeFlag[] = [
  {
    name: "target",
    kind: "text",
    group: SERVER_GROUP,
    help: "The server: host:port, [ipv6]:port or unix:path",
    fallback: ["localhost:50051", "localhost:50051"],
  },
  {
    name: "tls",
    kind: "boolean",
    group: SERVER_GROUP,
    help: "Connect with TLS",
    fallback: [false, "false"],
  },
  {
    name: "ca",
    kind: "pem",
    placeholder: "file",
    group: SERVER_GROUP,
    help: "Trust the certificates in this file, too; implies --tls",
  },
  {
    name: "authority",
    kind: "text",
    group: SERVER_GROUP,
    help: "The :authority of calls, for a proxy that chooses by it",
  },
  {
    name: "stream",
    kind: "text",
    placeholder: "/package.Service/Method",
    group: SERVER_GROUP,
    help: "A method that waits for messages, if there is no health service",
  },
  {
    name: "timeout",
    kind: "duration",
    group: SERVER_GROUP,
    help: "How long to wait for each answer",
    fallback: [10_000, "10s"],
  },
  {
    name: "allow-kicks",
    kind: "boolean",
    group: KICKS_GROUP,
    help: "Measure which PINGs are too many: the server closes connections of" +
      " the probe for it, two for each rule",
    fallback: [false, "false"],
  },
  {
    name: "time",
    kind: "duration",
    group: KICKS_GROUP,
    help: "Only ask whether a PING so often is allowed; with --allow-kicks",
  },
  {
    name: "gaps",
    kind: "text",
    placeholder: "durations",
    group: KICKS_GROUP,
    help: "The silences to try, such as 60s,20s,10s; with --allow-kicks",
  },
  {
    name: "wait",
    kind: "duration",
    group: KICKS_GROUP,
    help: "Wait so long for the end of silent connections",
    fallback: [0, "0"],
  },
];

/** Examines a live server. */
export const probeVerb: Verb = {
  name: "probe",
  purpose: "Examine a live server, and what is between",
  command: (program) => {
    const command = new Command(`${program} doctor probe`).description(PURPOSE);
    for (const flag of FLAGS) addFlag(command, flag);
    command.addOption(
      new Option("--report <file>", "Write a page in HTML, too")
        .helpGroup(OUTPUT_GROUP)
        .argParser(reader("report", "text")),
    );
    command.addOption(
      new Option("--json", "Print one JSON object")
        .helpGroup(OUTPUT_GROUP)
        .default(false, "false"),
    );
    return command;
  },
  parse: (args, program) => {
    const command = probeVerb.command(program);
    return readArguments(command, args, () => {
      const settings = settingsOf(command.opts());
      return () => runProbe(settings);
    });
  },
};

function addFlag(
  command: Command,
  { name, kind, group, help, placeholder = kind, fallback }: ProbeFlag,
): void {
  const syntax = kind === "boolean" ? "[boolean]" : `<${placeholder}>`;
  const option = new Option(`--${name} ${syntax}`, help)
    .helpGroup(group)
    .argParser(reader(name, kind));
  if (fallback !== undefined) option.default(...fallback);
  command.addOption(option);
  if (kind === "boolean") {
    command.addOption(new Option(`--no-${name}`).hideHelp());
  }
}

interface Given extends Omit<ProbeSettings, "gaps"> {
  readonly gaps?: string;
}

function settingsOf({ gaps, ...others }: Given): ProbeSettings {
  return gaps === undefined ? others : { ...others, gaps: durationsOf(gaps) };
}

function durationsOf(text: string): number[] {
  return text.split(",").map((each) => {
    const duration = parseDuration(each.trim());
    if (duration !== undefined) return duration;
    throw new UsageError(
      `Cannot use --gaps: expected durations such as 60s,20s,10s, received "${each}"`,
    );
  });
}
