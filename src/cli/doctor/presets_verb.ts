import { type Preset, presets } from "../../doctor/mod.ts";
import { Command, Option } from "commander";
import { formatDuration } from "../../options/mod.ts";
import { colours } from "../colours.ts";
import { readArguments } from "../command.ts";
import { OUTPUT_GROUP } from "../flags.ts";
import { toJsonText } from "../json.ts";
import { printLine } from "../output.ts";
import type { Verb } from "./verb.ts";

/** Lists what may stand in a path. */
export const presetsVerb: Verb = {
  name: "presets",
  purpose: "List the load balancers, proxies and NATs that --path knows",
  command: (program) =>
    new Command(`${program} doctor presets`)
      .description(
        "Lists what may stand in a path, after which silence it forgets, and" +
          " whether a PING is no silence. The exit status is 0.",
      )
      .addOption(
        new Option("--json", "Print one JSON object a line")
          .helpGroup(OUTPUT_GROUP)
          .default(false, "false"),
      ),
  parse: (args, program) => {
    const command = presetsVerb.command(program);
    return readArguments(command, args, () => {
      const { json } = command.opts<{ json: boolean }>();
      return () => Promise.resolve(list(json));
    });
  },
};

function list(json: boolean): number {
  if (!json) printLine(colours.bold(row(HEADER)));
  for (const preset of presets) {
    printLine(json ? toJsonText(preset) : row(cells(preset)));
  }
  return 0;
}

const HEADER = ["NAME", "LAYER", "IDLE", "PING COUNTS", "WHAT IT IS"];

const WIDTHS = [24, 6, 9, 12, 0];

function row(values: readonly string[]): string {
  return values.map((value, i) => value.padEnd(WIDTHS[i])).join("").trimEnd();
}

function cells(preset: Preset): string[] {
  const { name, layer, idle, countsPings, title, streamLifetime } = preset;
  const lifetime = streamLifetime === undefined
    ? ""
    : `; a stream lasts ${formatDuration(streamLifetime)}`;
  const limit = idle === undefined
    ? "given"
    : idle === Infinity
    ? "none"
    : formatDuration(idle);
  return [
    name,
    `${layer}`,
    limit,
    countsPings ? "yes" : "no",
    `${title}${lifetime}`,
  ];
}
