import { formatInput, parseInput } from "./input_text.ts";
import type { Failure } from "./target.ts";

/** Where failing inputs are kept; the tests play each of them again. */
export const FAILURES = new URL("./failures/", import.meta.url);

/** Keeps a failure; answers with the path of its file from the root. */
export async function keep(failure: Failure): Promise<string> {
  const { target, seed, index, input, error } = failure;
  const name = `${target}-${seed}-${index}.json`;
  const text = [
    `{"target": ${JSON.stringify(target)},`,
    `"seed": ${seed}, "index": ${index},`,
    `"error": ${JSON.stringify(error.split("\n", 1)[0])},`,
    `"input": ${formatInput(input)}}\n`,
  ].join("\n");
  await Deno.mkdir(FAILURES, { recursive: true });
  await Deno.writeTextFile(new URL(name, FAILURES), text);
  return `tests/fuzz/failures/${name}`;
}

/** Reads a failure that was kept. */
export function readFailure(file: string | URL): Failure {
  return parseInput(Deno.readTextFileSync(file)) as Failure;
}

/** The files of all failures that were kept. */
export function kept(): URL[] {
  return [...Deno.readDirSync(FAILURES)]
    .filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => new URL(name, FAILURES))
    .sort((a, b) => a.href < b.href ? -1 : 1);
}
