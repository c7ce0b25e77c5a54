import picocolors from "picocolors";

type Colours = ReturnType<typeof picocolors.createColors>;

/** Whether the output goes to a terminal that can move its cursor. */
export const isSmartTerminal: boolean = Deno.stdout.isTerminal() &&
  Deno.env.get("TERM") !== "dumb";

/**
 * Colours for the standard output: none if `NO_COLOR` is set (see
 * https://no-color.org), always if `FORCE_COLOR` is, or else only on a
 * terminal.
 */
export const colours: Colours = picocolors.createColors(
  !isSet("NO_COLOR") && (isSet("FORCE_COLOR") || isSmartTerminal),
);

function isSet(variable: string): boolean {
  return (Deno.env.get(variable) ?? "") !== "";
}
