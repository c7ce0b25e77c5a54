import { colours } from "../colours.ts";
import { type Request, TASK, withoutSeparator } from "../command.ts";
import { UsageError } from "../usage_error.ts";
import { lintVerb } from "./lint_verb.ts";
import { presetsVerb } from "./presets_verb.ts";
import { probeVerb } from "./probe_verb.ts";
import type { Run } from "../subcommand.ts";
import type { Verb } from "./verb.ts";

/** What the doctor can do. */
export const VERBS: readonly Verb[] = [lintVerb, probeVerb, presetsVerb];

/**
 * Reads what the doctor is to do, and its flags.
 *
 * @throws {UsageError} If the verb is unknown, or its flags cannot be used.
 */
export function parseVerb(
  args: readonly string[],
  program: string = TASK,
): Request<Run> {
  const [word, ...rest] = withoutSeparator(args);
  if (word === undefined || word === "--help") {
    return { kind: "help", text: help(program) };
  }
  const verb = VERBS.find(({ name }) => name === word);
  if (verb !== undefined) return verb.parse(rest, program);
  const names = VERBS.map(({ name }) => name).join(", ");
  throw new UsageError(`Unknown "${word}", expected one of ${names}`);
}

function help(program: string): string {
  const width = Math.max(...VERBS.map(({ name }) => name.length));
  const lines = VERBS.map(({ name, purpose }) =>
    `  ${colours.cyan(name.padEnd(width))}  ${purpose}`
  );
  return [
    `Usage: ${program} doctor <verb> [flags]`,
    "",
    "Finds mistakes in the configuration of keepalive before they are outages.",
    "Each verb says more with --help. The exit status is 0 if there is no error,",
    "1 if there is one, and 2 if the flags cannot be used.",
    "",
    colours.bold("Verbs:"),
    ...lines,
  ].join("\n");
}
