import type { Random } from "../harness/seed.ts";

/**
 * Something that takes input from a peer or a user, and what must hold for any
 * input. An input is plain data: octets, texts, numbers, lists and records of
 * them; so it can be made smaller, kept in a file and played again.
 */
export interface Target<Input = unknown> {
  /** How `--target` calls it. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** How many turns it has where others have one. @default {1} */
  readonly turns?: number;
  /** Makes an input; it must depend on the random numbers alone. */
  generate(random: Random): Input;
  /** Throws if something does not hold. */
  run(input: Input): void | Promise<void>;
}

/** An input under which something did not hold. */
export interface Failure {
  readonly target: string;
  /** The seed of the run, and which input of the target it was. */
  readonly seed: number;
  readonly index: number;
  readonly input: unknown;
  readonly error: string;
}
