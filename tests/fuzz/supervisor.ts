import { inputOf } from "./engine.ts";
import type { Failure, Target } from "./target.ts";
import type { Order, Report } from "./worker.ts";

const PATIENCE = 120_000;

const TARGETS = new URL("./targets.ts", import.meta.url).href;

/** What comes of a run. */
export interface Result {
  readonly failures: readonly Failure[];
  /** How many inputs each target has had; empty if one did not end. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** What a run is to be. */
export interface Plan {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly seconds: number;
  /** The module that the worker has the targets from. */
  readonly module?: string;
  /** Milliseconds after which an input that does not end is given up. */
  readonly patience?: number;
  /** Is told once a second how many inputs have run. */
  readonly onProgress?: (inputs: number, target: Target) => void;
  readonly onFailure?: (failure: Failure) => void;
}

/** Fuzzes in a worker, and notices when an input does not end. */
export async function supervise(plan: Plan): Promise<Result> {
  const { targets, seed, seconds, module = TARGETS, patience = PATIENCE } =
    plan;
  const progress = new Int32Array(new SharedArrayBuffer(12));
  const failures: Failure[] = [];
  const note = (failure: Failure) => {
    failures.push(failure);
    plan.onFailure?.(failure);
  };
  const worker = new Worker(new URL("./worker.ts", import.meta.url).href, {
    type: "module",
  });
  const ended = Promise.withResolvers<ReadonlyMap<string, number>>();
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.type === "failed") note(data.failure);
    else ended.resolve(data.inputs);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ended.reject(new Error(event.message));
  };

  let seen = -1;
  let seenAt = performance.now();
  const watch = setInterval(() => {
    const inputs = Atomics.load(progress, 2);
    const target = targets[Atomics.load(progress, 0)];
    plan.onProgress?.(inputs, target);
    const now = performance.now();
    if (inputs !== seen) [seen, seenAt] = [inputs, now];
    if (now - seenAt < patience) return;
    const index = Atomics.load(progress, 1);
    const input = inputOf(target, seed, index);
    const error = `Error: did not end within ${patience} ms`;
    note({ target: target.name, seed, index, input, error });
    ended.resolve(new Map());
  }, Math.min(patience, 1_000));
  const order: Order = {
    module,
    names: targets.map(({ name }) => name),
    seed,
    seconds,
    progress,
  };
  worker.postMessage(order);
  try {
    return { failures, inputs: await ended.promise };
  } finally {
    clearInterval(watch);
    worker.terminate();
  }
}
