/**
 * Feeds everything that takes input with inputs made at random, and tells which
 * of them break what must hold.
 *
 * ```sh
 * deno task fuzz --seconds 60
 * deno task fuzz --seconds 60 --seed 1 --target server --target pair
 * deno task fuzz --list
 * deno task fuzz --replay tests/fuzz/failures/server-1-7.json
 * ```
 *
 * Each input follows from the seed, the name of the target and a number. One
 * that fails is made as small as possible and kept in `tests/fuzz/failures`,
 * where `deno task test` plays it again. Ends with 1 if there was one.
 *
 * @module
 */
import {
  JSON_FLAG,
  listFlag,
  numberFlag,
  runTask,
  UsageError,
} from "../harness/task.ts";
import { problemOf } from "./engine.ts";
import { keep, readFailure } from "./failures.ts";
import { formatInput } from "./input_text.ts";
import { supervise } from "./supervisor.ts";
import type { Failure } from "./target.ts";
import { TARGETS, targetsNamed } from "./targets.ts";

interface Settings {
  readonly seconds: number;
  readonly seed?: number;
  readonly target: readonly string[];
  readonly replay: readonly string[];
  readonly list: boolean;
  readonly json: boolean;
}

await runTask<Settings>({
  name: "fuzz",
  purpose:
    "Feeds everything that takes input with inputs made at random, and tells" +
    " which of them break what must hold. One that fails is made small and" +
    " kept in tests/fuzz/failures. The exit status is 1 if there was one, or" +
    " if the time was too short for a target to get any.",
  examples: [
    "deno task fuzz --seconds 60 --seed 1 --target server --target pair",
    "deno task fuzz --replay tests/fuzz/failures/server-1-7.json",
  ],
  flags: [
    {
      flags: "--seconds <seconds>",
      help: "How long, all targets together",
      value: 60,
      read: numberFlag("seconds", { minimum: 0.1 }),
    },
    {
      flags: "--seed <number>",
      help: "What all inputs follow from (default: at random)",
      read: numberFlag("seed", { minimum: 0, whole: true }),
    },
    {
      flags: "--target <name>",
      help: "Only this one; may repeat",
      value: [],
      shown: "all",
      read: listFlag(requireTarget),
    },
    {
      flags: "--replay <file>",
      help: "Play an input that was kept again; may repeat",
      value: [],
      shown: "none",
      read: listFlag(requireFailure),
    },
    { flags: "--list", help: "Print the names of the targets, and end" },
    JSON_FLAG,
  ],
}, async (settings) => {
  if (settings.list) return list();
  if (settings.replay.length === 0) return await fuzz(settings);
  let status = 0;
  for (const file of settings.replay) {
    if (!await replay(file)) status = 1;
  }
  return status;
});

function requireTarget(name: string): void {
  try {
    targetsNamed([name]);
  } catch (error) {
    throw new UsageError(`Cannot use --target: ${(error as Error).message}`);
  }
}

function requireFailure(file: string): void {
  try {
    targetsNamed([readFailure(file).target]);
  } catch (error) {
    throw new UsageError(`Cannot use --replay: ${(error as Error).message}`);
  }
}

function list(): number {
  for (const { name, about } of TARGETS) {
    console.log(`${name.padEnd(18)}${about}`);
  }
  return 0;
}

/** Whether what must hold does. */
async function replay(file: string): Promise<boolean> {
  const { target: name, input } = readFailure(file);
  const [target] = targetsNamed([name]);
  const problem = await problemOf(target, input);
  console.log(`${file}: ${problem === undefined ? "holds" : problem.stack}`);
  return problem === undefined;
}

async function fuzz(
  { seconds, target: names, json, seed = Math.floor(Math.random() * 2 ** 32) }:
    Settings,
): Promise<number> {
  const targets = names.length === 0 ? TARGETS : targetsNamed(names);
  if (!json) {
    const count = targets.length === 1
      ? "1 target"
      : `${targets.length} targets`;
    console.log(`Seed ${seed}, ${count}, ${seconds} s`);
  }
  const isShown = !json && Deno.stdout.isTerminal();
  const { failures, inputs } = await supervise({
    targets,
    seed,
    seconds,
    onProgress: (count, { name }) =>
      isShown && write(`\r${count} inputs, ${name}\x1b[K`),
  });
  if (isShown) write("\r\x1b[K");
  const files = await Promise.all(failures.map(keep));
  if (json) {
    const told = failures.map((failure, i) => ({
      ...failure,
      input: formatInput(failure.input),
      file: files[i],
    }));
    console.log(JSON.stringify({
      seed,
      seconds,
      inputs: Object.fromEntries(inputs),
      failures: told,
    }));
  } else {
    for (const [name, count] of inputs) {
      console.log(`${name.padEnd(18)}${String(count).padStart(9)} inputs`);
    }
    failures.forEach((failure, i) => tell(failure, files[i]));
  }
  if (failures.length > 0) return 1;
  const starved = targets.filter(({ name }) => !inputs.get(name));
  for (const { name } of starved) {
    console.error(`fuzz: no input for ${name}, give it more --seconds`);
  }
  return starved.length > 0 ? 1 : 0;
}

function tell({ target, error, input }: Failure, file: string): void {
  console.log(
    `\n${target} fails: ${error}\nInput: ${
      formatInput(input).slice(0, 2_000)
    }\nAgain with: deno task fuzz --replay ${file}`,
  );
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
