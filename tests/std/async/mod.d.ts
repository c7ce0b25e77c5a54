/**
 * The types of what `@std/async` has offered since 1.0, which `npm:deno-std`
 * publishes without types. Each is documented at https://jsr.io/@std/async.
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any

export declare function abortable<T>(
  p: Promise<T>,
  signal: AbortSignal,
): Promise<T>;
export declare function abortable<T>(
  p: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T>;

export interface DeadlineOptions {
  signal?: AbortSignal;
}

export declare function deadline<T>(
  p: Promise<T>,
  ms: number,
  options?: DeadlineOptions,
): Promise<T>;

export interface DebouncedFunction<T extends Array<unknown>> {
  (...args: T): void;
  clear(): void;
  flush(): void;
  readonly pending: boolean;
}

export interface DebounceOptions {
  signal?: AbortSignal | undefined;
}

export declare function debounce<T extends Array<any>>(
  fn: (this: DebouncedFunction<T>, ...args: T) => void,
  wait: number,
  options?: DebounceOptions,
): DebouncedFunction<T>;

export interface DelayOptions {
  signal?: AbortSignal;
  persistent?: boolean;
}

export declare function delay(
  ms: number,
  options?: DelayOptions,
): Promise<void>;

export declare class MuxAsyncIterator<T> implements AsyncIterable<T> {
  #private;
  add(iterable: AsyncIterable<T>): void;
  iterate(): AsyncIterableIterator<T>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

export declare function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;

export interface RetryOptions {
  multiplier?: number;
  maxTimeout?: number;
  maxAttempts?: number;
  minTimeout?: number;
  jitter?: number;
  isRetriable?: (err: unknown) => boolean;
  signal?: AbortSignal;
}

export declare class RetryError extends Error {
  constructor(cause: unknown, attempts: number);
}

export declare function retry<T>(
  fn: (() => Promise<T>) | (() => T),
  options?: RetryOptions,
): Promise<T>;

export type Tuple<T, N extends number> = N extends N
  ? number extends N ? T[] : TupleOf<T, N, []>
  : never;

export type TupleOf<T, N extends number, R extends unknown[]> =
  R["length"] extends N ? R : TupleOf<T, N, [T, ...R]>;

export declare function tee<T, N extends number = 2>(
  iterable: AsyncIterable<T>,
  n?: N,
): Tuple<AsyncIterable<T>, N>;
