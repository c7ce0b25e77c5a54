/**
 * Flags that several programs of this folder have.
 *
 * @module
 */
import { type TaskFlag, UsageError } from "../harness/task.ts";

/** What a flag that counts takes. */
export const COUNT = { minimum: 1, whole: true };

/** Which stacks to measure. */
export const ONLY_FLAG: TaskFlag = {
  flags: "--only <words>",
  help: "Words in names of stacks, by commas; ours for this module",
  value: "",
  shown: "all",
};

/** Another checkout of this project to measure beside it. */
export const BEFORE_FLAG: TaskFlag = {
  flags: "--before <folder>",
  help: "Another checkout of this project, which is measured as well",
  read: checkout,
};

/** Throws if the words of `--only` are in no name. */
export function requireSome<T extends { readonly name: string }>(
  found: readonly T[],
  all: readonly T[],
): void {
  if (found.length > 0) return;
  const names = all.map(({ name }) => `"${name}"`).join(", ");
  throw new UsageError(
    `Cannot use --only: expected words in one of ${names}`,
  );
}

function checkout(folder: string): string {
  try {
    Deno.statSync(`${folder}/mod.ts`);
    return folder;
  } catch {
    throw new UsageError(
      `Cannot use --before: expected a checkout, found no ${folder}/mod.ts`,
    );
  }
}
