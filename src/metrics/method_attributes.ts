import { Status, statusName } from "../grpc/mod.ts";
import type { MetricAttributes } from "./meter.ts";

/** Methods and targets that have attributes of their own, at each end. */
const MOST = 1_000;

/** What stands for a method that is one too many, or that a server has not. */
export const OTHER = "other";

/** What is added to the attributes of a method when a call of it has ended. */
export type EndAttributes = (status: number) => MetricAttributes;

/** The attributes of the measurements of one method, made once. */
export class MethodAttributes {
  /** Those of a call that goes on. */
  readonly base: MetricAttributes;
  readonly #endOf: EndAttributes;
  readonly #ended = new Map<number, MetricAttributes>();

  /** Starts with the method's own. */
  constructor(base: MetricAttributes, endOf: EndAttributes) {
    this.base = base;
    this.#endOf = endOf;
  }

  /** Those of a call or an attempt that has ended. */
  ended(status: number): MetricAttributes {
    // A peer may make up a code: it is not to make up a series.
    const isKnown = status >= 0 && status <= Status.UNAUTHENTICATED;
    const shown = isKnown ? status : Status.UNKNOWN;
    const known = this.#ended.get(shown);
    if (known !== undefined) return known;
    const attributes = { ...this.base, ...this.#endOf(shown) };
    this.#ended.set(shown, attributes);
    return attributes;
  }
}

/** Makes the attributes of the methods of one end, for so many and no more. */
export class MethodTable<Called extends { readonly method: string }> {
  readonly #known = new Map<string, MethodAttributes>();
  readonly #make: (called: Called) => MetricAttributes;
  readonly #endOf: EndAttributes;

  /**
   * Starts with none.
   *
   * @param make Makes the attributes of a method.
   * @param endOf Makes those of its end; `grpc.status` by default.
   */
  constructor(
    make: (called: Called) => MetricAttributes,
    endOf: EndAttributes = grpcStatus,
  ) {
    this.#make = make;
    this.#endOf = endOf;
  }

  /** The attributes of a method; `target` tells those of two channels apart. */
  of(called: Called, target = ""): MethodAttributes {
    const key = `${target}\n${called.method}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isRoom = this.#known.size < MOST;
    const shown = isRoom ? called : { ...called, method: OTHER };
    const made = new MethodAttributes(this.#make(shown), this.#endOf);
    if (isRoom) this.#known.set(key, made);
    return made;
  }
}

function grpcStatus(status: number): MetricAttributes {
  return { "grpc.status": statusName(status) };
}

/** `/pkg.Service/Method` as `grpc.method` has it: without its first slash. */
export function methodName(path: string): string {
  return path.replace(/^\//, "");
}
