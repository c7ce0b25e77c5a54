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

/**
 * The option of commander for a flag. A boolean one that is on by default is
 * its `--no-`. None takes a value if it likes: that would be the target, in
 * `--tls localhost:50051`.
 */
export function makeOption(
  name: string,
  kind: FlagKind,
  help: string,
  { group, placeholder = kind, short, fallback, repeats }: OptionParts,
): Option {
  const letter = short === undefined ? "" : `-${short}, `;
  if (kind === "boolean") {
    const flag = new Option(
      `${letter}--${fallback === true ? "no-" : ""}${name}`,
      help,
    ).helpGroup(group);
    return fallback === false ? flag.default(false) : flag;
  }
  const read = reader(name, kind);
  const option = new Option(`${letter}--${name} <${placeholder}>`, help)
    .helpGroup(group)
    .argParser<unknown>((text, all) =>
      repeats ? [...Array.isArray(all) ? all : [], read(text)] : read(text)
    );
  if (fallback !== undefined) {
    option.default(fallback, formatValue({ kind }, fallback));
  }
  return option;
}
