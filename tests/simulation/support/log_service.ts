import {
  type CallContext,
  implement,
  type MethodDefinition,
  type Service,
} from "../../../mod.ts";
import type { Clock } from "../../../src/runtime/mod.ts";

const number = {
  to: (value: number) => new TextEncoder().encode(String(value)),
  from: (octets: Uint8Array) => Number(new TextDecoder().decode(octets)),
};

const codec = {
  requestSerialize: number.to,
  requestDeserialize: number.from,
  responseSerialize: number.to,
  responseDeserialize: number.from,
};

/** A log whose entries are numbers: a server that can be resumed. */
export const Log = {
  /** The entries behind the one that is the request, as they come. */
  tail: {
    path: "/test.Log/Tail",
    requestStream: false,
    responseStream: true,
    ...codec,
  },
} as const satisfies Record<string, MethodDefinition<number, number>>;

/** A log that gets an entry every so many milliseconds, for all of its servers. */
export class Ticking {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #since: number;

  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
    this.#since = clock.now();
  }

  /** The number of the last entry. */
  get last(): number {
    return Math.floor((this.#clock.now() - this.#since) / this.#interval);
  }

  /** Serves the log. */
  service(): Service {
    return implement(Log, {
      tail: (after, call) => this.#tail(after, call),
    });
  }

  async *#tail(after: number, { signal }: CallContext): AsyncGenerator<number> {
    for (let entry = after + 1; !signal.aborted;) {
      while (entry <= this.last) yield entry++;
      const at = this.#since + entry * this.#interval;
      await pause(this.#clock, at - this.#clock.now(), signal);
    }
  }
}

/** Waits, unless somebody gives up before. */
function pause(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(Math.max(milliseconds, 1), resolve);
  const leave = () => {
    timer.cancel();
    resolve();
  };
  signal.addEventListener("abort", leave);
  return promise.finally(() => signal.removeEventListener("abort", leave));
}
