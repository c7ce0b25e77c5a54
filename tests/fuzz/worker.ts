/**
 * The half of the fuzzer that runs inputs: if one never ends, the other half
 * can still tell which it was.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import "../harness/thorough.ts";
import { Run } from "./engine.ts";
import type { Failure, Target } from "./target.ts";

/** What the worker is to do. */
export interface Order {
  /** A module with a function `targetsNamed`. */
  readonly module: string;
  readonly names: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  /** Where it tells which target and input is running, and how many have run. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

/** What the worker says. */
export type Report =
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "done"; readonly inputs: ReadonlyMap<string, number> };

const report = (message: Report) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { module, names, seed, seconds, progress } = data;
  const { targetsNamed } = await import(module);
  const targets: Target[] = targetsNamed(names);
  const run = new Run(targets, seed, {
    begin(target, index) {
      Atomics.store(progress, 0, targets.indexOf(target));
      Atomics.store(progress, 1, index);
      Atomics.add(progress, 2, 1);
    },
    failed: (failure) => report({ type: "failed", failure }),
  });
  await run.until(performance.now() + 1_000 * seconds);
  report({ type: "done", inputs: run.inputs });
};
