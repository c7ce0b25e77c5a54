import { stacks } from "../../doctor/mod.ts";
import { Command, Option } from "commander";
import { readArguments } from "../command.ts";
import type { FlagKind } from "../flag.ts";
import { reader } from "../flag_value.ts";
import { OUTPUT_GROUP } from "../flags.ts";
import { type LintSettings, runLint } from "./run_lint.ts";
import type { Verb } from "./verb.ts";

const ENDS_GROUP = "Both ends:";
const PATH_GROUP = "What is between, and what is known of calls:";

const PURPOSE =
  "Examines the options of a client and a server and the path between them," +
  " without a network. Without flags it is about the defaults of this library." +
  " The exit status is 0 if there is no error, 1 if there is one, and 2 if the" +
  " flags cannot be used.";

const examples = (program: string) => `
Examples:
  ${program} doctor lint --client-args '{"Time":"10s"}' --path aws-nlb
  ${program} doctor lint --client grpc-js --server grpc-go --path nginx=120s
  ${program} doctor lint --client-args @client.json --report report.html

With --json it is one object: { subject, severity, verdict, facts, findings },
each finding { id, severity, title, arithmetic?, advice, source? }, each advice
{ end, option?, value?, text }; a severity is error, warning, info or ok.`;

interface LintFlag {
  readonly name: string;
  readonly kind: FlagKind;
  readonly group: string;
  readonly help: string;
  readonly placeholder?: string;
}

const NAMES = stacks.join(", ");

const FLAGS: readonly LintFlag[] = [
  {
    name: "client",
    kind: "text",
    placeholder: "stack",
    group: ENDS_GROUP,
    help: `Whose client it is: ${NAMES}; by default what its options look like`,
  },
  {
    name: "client-args",
    kind: "text",
    placeholder: "json",
    group: ENDS_GROUP,
    help: "Its options, as that stack writes them; or @ and the path of a file",
  },
  {
    name: "server",
    kind: "text",
    placeholder: "stack",
    group: ENDS_GROUP,
    help: "Whose server it is, likewise",
  },
  {
    name: "server-args",
    kind: "text",
    placeholder: "json",
    group: ENDS_GROUP,
    help: "Its options, likewise",
  },
  {
    name: "path",
    kind: "text",
    placeholder: "hops",
    group: PATH_GROUP,
    help:
      "Names of presets in order, such as aws-nlb,nginx=120s; or JSON, such" +
      ' as [{"layer":7,"idle":"60s"}]; see the verb presets',
  },
  {
    name: "silence",
    kind: "duration",
    group: PATH_GROUP,
    help: "The longest silence of a stream; any without it",
  },
  {
    name: "deadline",
    kind: "duration",
    group: PATH_GROUP,
    help: "The shortest deadline of calls",
  },
  {
    name: "rtt",
    kind: "duration",
    group: PATH_GROUP,
    help: "The longest round trip (default: 200ms)",
  },
  {
    name: "freezes",
    kind: "boolean",
    group: PATH_GROUP,
    help: "The process may be frozen between calls (default: false)",
  },
  {
    name: "report",
    kind: "text",
    placeholder: "file",
    group: OUTPUT_GROUP,
    help: "Write a page in HTML, too",
  },
  {
    name: "json",
    kind: "boolean",
    group: OUTPUT_GROUP,
    help: "Print one JSON object (default: false)",
  },
];

/** Examines options and a path. */
export const lintVerb: Verb = {
  name: "lint",
  purpose: "Examine the options of both ends and the path, without a network",
  command: (program) => {
    const command = new Command(`${program} doctor lint`)
      .description(PURPOSE)
      .addHelpText("after", examples(program));
    for (const flag of FLAGS) addFlag(command, flag);
    return command;
  },
  parse: (args, program) => {
    const command = lintVerb.command(program);
    return readArguments(command, args, () => {
      const settings = command.opts<LintSettings>();
      return () => Promise.resolve(runLint(settings));
    });
  },
};

function addFlag(
  command: Command,
  { name, kind, group, help, placeholder = kind }: LintFlag,
): void {
  const syntax = kind === "boolean" ? "[boolean]" : `<${placeholder}>`;
  command.addOption(
    new Option(`--${name} ${syntax}`, help)
      .helpGroup(group)
      .argParser(reader(name, kind)),
  );
  if (kind === "boolean") {
    command.addOption(new Option(`--no-${name}`).hideHelp());
  }
}
