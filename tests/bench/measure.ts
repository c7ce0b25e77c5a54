/** What a bench asks of a figure. */
export interface Figure {
  /** What was measured. */
  readonly name: string;
  /** The figure. */
  readonly value: number;
  /** The unit of the figure. */
  readonly unit: string;
  /** The largest figure that is allowed; none if it only informs. */
  readonly bound?: number;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Ends a process that was called with `--help`, or with a flag that is not one of
 * these. For those that run without a permission, which the flags of tasks ask
 * for.
 */
export function requireFlags(usage: string, flags: readonly string[]): void {
  const unknown = Deno.args.find((flag) => !flags.includes(flag));
  if (unknown === undefined) return;
  const isHelp = unknown === "--help";
  if (isHelp) console.log(usage);
  else console.error(`Unknown option "${unknown}". ${usage}`);
  Deno.exit(isHelp ? 0 : 2);
}

/**
 * Prints figures as a table. Called with `--assert`, the process ends with
 * exit code 1 if one is above its bound.
 */
export function report(figures: readonly Figure[]): void {
  console.table(Object.fromEntries(figures.map((figure) => [figure.name, {
    figure: `${figure.value.toFixed(2)} ${figure.unit}`,
    bound: figure.bound === undefined ? "" : `${figure.bound} ${figure.unit}`,
    verdict: isBroken(figure) ? "ABOVE" : "",
  }])));
  const broken = figures.filter(isBroken);
  if (broken.length === 0 || !Deno.args.includes("--assert")) return;
  console.error(
    `Above its bound: ${broken.map(({ name }) => name).join(", ")}`,
  );
  Deno.exit(1);
}

function isBroken({ value, bound = Infinity }: Figure): boolean {
  return !(value <= bound);
}
