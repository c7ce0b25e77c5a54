import type { Request } from "../command.ts";

/** What the doctor does, and resolves to the exit status. */
export type Run = () => Promise<number>;

/** One of the things that the doctor can do. */
export interface Verb {
  /** The word after `deno task doctor`. */
  readonly name: string;
  /** What it does, in a line for the help. */
  readonly purpose: string;
  /**
   * Reads its arguments, without the word itself.
   *
   * @throws {UsageError} If they are not what it takes.
   */
  readonly parse: (args: readonly string[]) => Request<Run>;
}
