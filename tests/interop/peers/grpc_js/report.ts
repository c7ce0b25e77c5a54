import { performance } from "node:perf_hooks";
import process from "node:process";

const started = performance.now();

/** Prints one JSON object on stdout, with its type and the milliseconds since the start. */
export function report(
  type: string,
  fields: Record<string, unknown> = {},
): void {
  const at = round(performance.now() - started);
  process.stdout.write(JSON.stringify({ type, at, ...fields }) + "\n");
}

export function reportUnsupported(flag: string, why: string): void {
  report("unsupported", { flag, why });
}

/** Milliseconds to three decimals. */
export function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
