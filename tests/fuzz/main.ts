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
import { parseArgs } from "node:util";
import { problemOf } from "./engine.ts";
import { keep, readFailure } from "./failures.ts";
import { formatInput } from "./input_text.ts";
import { supervise } from "./supervisor.ts";
import type { Failure } from "./target.ts";
import { TARGETS, targetsNamed } from "./targets.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    target: { type: "string", multiple: true, default: [] },
    replay: { type: "string", multiple: true, default: [] },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

if (flags.list) {
  for (const { name, about } of TARGETS) {
    console.log(`${name.padEnd(18)}${about}`);
  }
} else if (flags.replay.length > 0) {
  for (const file of flags.replay) await replay(file);
} else await fuzz();

async function replay(file: string): Promise<void> {
  const { target: name, input } = readFailure(file);
  const [target] = targetsNamed([name]);
  const problem = await problemOf(target, input);
  if (problem === undefined) return console.log(`${file}: holds`);
  console.log(`${file}: ${problem.stack}`);
  Deno.exitCode = 1;
}

async function fuzz(): Promise<void> {
  const seed = flags.seed === undefined
    ? Math.floor(Math.random() * 2 ** 32)
    : numberOf("seed", flags.seed);
  const seconds = numberOf("seconds", flags.seconds);
  const names = flags.target;
  const targets = names.length === 0 ? TARGETS : targetsNamed(names);
  if (!flags.json) {
    const count = targets.length === 1
      ? "1 target"
      : `${targets.length} targets`;
    console.log(`Seed ${seed}, ${count}, ${seconds} s`);
  }
  const isShown = !flags.json && Deno.stdout.isTerminal();
  const { failures, inputs } = await supervise({
    targets,
    seed,
    seconds,
    onProgress: (count, { name }) =>
      isShown && write(`\r${count} inputs, ${name}\x1b[K`),
  });
  if (isShown) write("\r\x1b[K");
  const files = await Promise.all(failures.map(keep));
  if (flags.json) {
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
  if (failures.length > 0) Deno.exitCode = 1;
}

function numberOf(flag: string, text: string): number {
  const value = Number(text);
  if (text !== "" && value >= 0 && value < 2 ** 53) return value;
  throw new RangeError(
    `Cannot use --${flag}: expected a number from 0, received "${text}"`,
  );
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
