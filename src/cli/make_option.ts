import { Option } from "commander";
import type { FlagKind, FlagValue } from "./flag.ts";
import { formatValue, reader } from "./flag_value.ts";

/** What there is to know of a flag of a subcommand. */
export interface OptionParts {
  /** The headline above it in the help. */
  readonly group: string;
  /** What stands for its text in the help; by default the kind. */
  readonly placeholder?: string;
  /** One letter. */
  readonly short?: string;
  /** The default. */
  readonly fallback?: FlagValue;
  /** Whether it can be given more than once: its values are a list. */
  readonly repeats?: boolean;
}

/** The options of commander for a flag; a boolean one has its `--no-`, too. */
export function makeOptions(
  name: string,
  kind: FlagKind,
  help: string,
  { group, placeholder = kind, short, fallback, repeats }: OptionParts,
): Option[] {
  const syntax = kind === "boolean" ? "[boolean]" : `<${placeholder}>`;
  const letter = short === undefined ? "" : `-${short}, `;
  const read = reader(name, kind);
  const option = new Option(`${letter}--${name} ${syntax}`, help)
    .helpGroup(group)
    .argParser<unknown>((text, all) =>
      repeats ? [...Array.isArray(all) ? all : [], read(text)] : read(text)
    );
  if (fallback !== undefined) {
    option.default(fallback, formatValue({ kind }, fallback));
  }
  if (kind !== "boolean") return [option];
  return [option, new Option(`--no-${name}`).hideHelp()];
}
