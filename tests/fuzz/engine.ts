import { Random } from "../harness/seed.ts";
import { formatInput } from "./input_text.ts";
import { shrink } from "./shrink.ts";
import type { Failure, Target } from "./target.ts";

/**
 * Milliseconds that an input may take, and for each octet of its text in
 * addition: a hundred times of what the slowest target needs.
 */
const BASE_TIME = 400;
const TIME_PER_OCTET = 0.02;

/** How often a slow input is measured: the machine may have been busy. */
const MEASUREMENTS = 4;

/** Milliseconds for one target before the next one has its turn. */
const TURN = 100;

/** Failures of one kind are told once, and of a target no more than this. */
const MOST_FAILURES = 10;

/** Is told of what happens in a run. */
export interface Watcher {
  /** An input is about to be tried. */
  begin?(target: Target, index: number): void;
  /** Something does not hold; the input is as small as it could be made. */
  failed?(failure: Failure): void;
}

/** The input of a target that has an index, in a run with a seed. */
export function inputOf(target: Target, seed: number, index: number): unknown {
  let mixed = seed | 0;
  for (const character of target.name) {
    mixed = mix(mixed ^ character.charCodeAt(0));
  }
  return target.generate(new Random(mix(mixed ^ mix(index))));
}

/** Neighbours come out far apart (the finalizer of MurmurHash3). */
function mix(value: number): number {
  value = Math.imul(value ^ value >>> 16, 0x85eb_ca6b);
  value = Math.imul(value ^ value >>> 13, 0xc2b2_ae35);
  return value ^ value >>> 16;
}

/** Runs an input; answers with what does not hold, if anything. */
export async function problemOf(
  target: Target,
  input: unknown,
): Promise<Error | undefined> {
  try {
    const time = await timeOf(target, input);
    if (time <= BASE_TIME) return undefined;
    const allowed = BASE_TIME + TIME_PER_OCTET * formatInput(input).length;
    let fastest = time;
    for (let i = 1; i < MEASUREMENTS && fastest > allowed; i++) {
      fastest = Math.min(fastest, await timeOf(target, input));
    }
    return fastest > allowed
      ? new Error(`took ${fastest | 0} ms, expected at most ${allowed | 0} ms`)
      : undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(`threw ${error}`);
  }
}

async function timeOf(target: Target, input: unknown): Promise<number> {
  const start = performance.now();
  const running = target.run(input);
  if (running !== undefined) await running;
  return performance.now() - start;
}

/** What kind of failure an error is: numbers and values do not matter. */
export function kindOf(error: Error): string {
  const [line] = error.message.split("\n", 1);
  return `${error.name}: ${line.replace(/"[^"]*"|[0-9]+/g, "#").slice(0, 80)}`;
}

/** A run over targets that take turns, each input made from the seed. */
export class Run {
  readonly #targets: readonly Target[];
  readonly #seed: number;
  readonly #watcher: Watcher;
  readonly #inputs = new Map<string, number>();
  readonly #kinds = new Map<string, Set<string>>();

  constructor(
    targets: readonly Target[],
    seed: number,
    watcher: Watcher = {},
  ) {
    this.#targets = targets;
    this.#seed = seed;
    this.#watcher = watcher;
    for (const { name } of targets) {
      this.#inputs.set(name, 0);
      this.#kinds.set(name, new Set());
    }
  }

  /** How many inputs each target has had. */
  get inputs(): ReadonlyMap<string, number> {
    return this.#inputs;
  }

  /** Goes on until a time of `performance.now`. */
  async until(end: number): Promise<void> {
    while (performance.now() < end) {
      for (const target of this.#targets) {
        const time = TURN * (target.turns ?? 1);
        const turn = Math.min(end, performance.now() + time);
        while (performance.now() < turn) await this.next(target);
      }
    }
  }

  /** Tries one more input of a target. */
  async next(target: Target): Promise<void> {
    const index = this.#inputs.get(target.name)!;
    this.#inputs.set(target.name, index + 1);
    this.#watcher.begin?.(target, index);
    const input = inputOf(target, this.#seed, index);
    const problem = await problemOf(target, input);
    if (problem !== undefined) await this.#tell(target, index, input, problem);
  }

  async #tell(
    target: Target,
    index: number,
    input: unknown,
    problem: Error,
  ): Promise<void> {
    const kinds = this.#kinds.get(target.name)!;
    const kind = kindOf(problem);
    if (kinds.has(kind) || kinds.size === MOST_FAILURES) return;
    kinds.add(kind);
    let error = problem;
    const smallest = await shrink(input, async (each) => {
      this.#watcher.begin?.(target, index);
      const other = await problemOf(target, each);
      if (other === undefined || kindOf(other) !== kind) return false;
      error = other;
      return true;
    });
    this.#watcher.failed?.({
      target: target.name,
      seed: this.#seed,
      index,
      input: smallest,
      error: error.stack ?? error.message,
    });
  }
}
