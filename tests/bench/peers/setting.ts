/**
 * What all measurements of `peers.ts` share: the programs, how long and how
 * often, and a line that tells how far they are.
 *
 * @module
 */
import type { TlsFiles } from "../calls_process.ts";
import { type Command, MissingTool, type Stack } from "../calls_stacks.ts";

/** A stack whose program is there, or what is missing for it. */
export type Prepared =
  | { readonly name: string; readonly command: Command }
  | { readonly name: string; readonly missing: string };

/** How to measure. */
export interface Setting {
  /** The programs of the stacks that were asked for, in their order. */
  readonly stacks: readonly Prepared[];
  /** How often each job is done; the figures are medians. */
  readonly rounds: number;
  /** About how long a job takes, in milliseconds. */
  readonly milliseconds: number;
  /** The certificate that was made for this run. */
  readonly tls: TlsFiles;
  /** Tells what is measured now. */
  readonly tell: (what: string) => void;
}

/** Builds what is not yet built. A missing tool is no error, but named. */
export async function prepare(
  stacks: readonly Stack[],
  tell: (what: string) => void,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const { name, prepare } of stacks) {
    tell(`building ${name}`);
    try {
      prepared.push({ name, command: await prepare() });
    } catch (error) {
      if (!(error instanceof MissingTool)) throw error;
      prepared.push({ name, missing: error.message });
    }
  }
  return prepared;
}

/** Shows one line that changes in a terminal, and lines elsewhere. */
export function progress(): (what: string) => void {
  const encoder = new TextEncoder();
  const inPlace = Deno.stderr.isTerminal();
  const start = performance.now();
  return (what) => {
    const seconds = ((performance.now() - start) / 1_000).toFixed(0);
    const line = `${seconds.padStart(4)} s  ${what}`;
    const text = inPlace ? `\r${line}\x1b[K` : `${line}\n`;
    Deno.stderr.writeSync(encoder.encode(text));
  };
}
