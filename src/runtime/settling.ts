/** Who settles a promise later. */
export interface Settling<T> {
  /** Resolves the promise; a promise that is rejected rejects it. */
  settle: ((result: T | PromiseLike<T>) => void) | undefined;
}

type Resolve = (result: unknown) => void;

let taken: Resolve | undefined;

const take = (resolve: Resolve): void => {
  taken = resolve;
};

/**
 * A promise that `settling` is to settle. Where one is made for each call,
 * `new Promise` takes a function and its context beside, and
 * `Promise.withResolvers` an object.
 */
export function promiseOf<T>(settling: Settling<T>): Promise<T> {
  const promise = new Promise<T>(
    take as (resolve: Settling<T>["settle"]) => void,
  );
  settling.settle = taken;
  taken = undefined;
  return promise;
}
