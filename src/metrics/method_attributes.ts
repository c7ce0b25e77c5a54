import { Status, statusName } from "../grpc/mod.ts";
import type { MetricAttributes } from "./meter.ts";

/** Methods and targets that have attributes of their own, at each end. */
const MOST = 1_000;

/** What stands for a method that is one too many, or that a server has not. */
export const OTHER = "other";

/** The attributes of the measurements of one method, made once. */
export class MethodAttributes {
  /** Those of a call that goes on. */
  readonly base: MetricAttributes;
  readonly #key: string;
  readonly #nameOf: (status: number) => string;
  readonly #ended = new Map<string, MetricAttributes>();

  /**
   * Starts with the method's own.
   *
   * @param key Under which the status is added.
   */
  constructor(
    base: MetricAttributes,
    key: string,
    nameOf: (status: number) => string,
  ) {
    this.base = base;
    this.#key = key;
    this.#nameOf = nameOf;
  }

  /** Those of a call or an attempt that has ended. */
  ended(status: number): MetricAttributes {
    // A peer may make up a code: it is not to make up a series.
    const isKnown = status >= 0 && status <= Status.UNAUTHENTICATED;
    const name = this.#nameOf(isKnown ? status : Status.UNKNOWN);
    const known = this.#ended.get(name);
    if (known !== undefined) return known;
    const attributes = { ...this.base, [this.#key]: name };
    this.#ended.set(name, attributes);
    return attributes;
  }
}

/** Makes the attributes of the methods of one end, for so many and no more. */
export class MethodTable<Called extends { readonly method: string }> {
  readonly #known = new Map<string, MethodAttributes>();
  readonly #make: (called: Called) => MetricAttributes;
  readonly #key: string;
  readonly #nameOf: (status: number) => string;

  /**
   * Starts with none.
   *
   * @param make Makes the attributes of a method.
   */
  constructor(
    make: (called: Called) => MetricAttributes,
    key = "grpc.status",
    nameOf: (status: number) => string = statusName,
  ) {
    this.#make = make;
    this.#key = key;
    this.#nameOf = nameOf;
  }

  /** The attributes of a method; `target` tells those of two channels apart. */
  of(called: Called, target = ""): MethodAttributes {
    const key = `${target}\n${called.method}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isRoom = this.#known.size < MOST;
    const shown = isRoom ? called : { ...called, method: OTHER };
    const made = new MethodAttributes(
      this.#make(shown),
      this.#key,
      this.#nameOf,
    );
    if (isRoom) this.#known.set(key, made);
    return made;
  }
}

/** `/pkg.Service/Method` as `grpc.method` has it: without its first slash. */
export function methodName(path: string): string {
  return path.replace(/^\//, "");
}
