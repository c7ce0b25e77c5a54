import { LateSet } from "../../collections/mod.ts";
import type { ConnectivityState } from "../../grpc/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import { interruptible } from "./interruptible.ts";

/** A change of the state of a channel. */
export interface ConnectivityChange {
  /** The state from now on. */
  readonly state: ConnectivityState;
  /** What led to it, for people. */
  readonly reason: string;
}

/** Is told of each state of a channel. */
export interface StateTracer {
  /** The channel has another state, for a reason. */
  state(state: ConnectivityState, reason: string): void;
}

/** Changes that an iteration may be behind before the oldest are left out. */
const MAX_BEHIND = 1_000;

/** Holds the state of a channel, and tells of its changes. */
export class Connectivity {
  #change: ConnectivityChange = { state: "IDLE", reason: "not used yet" };
  readonly #tracer: StateTracer | undefined;
  /** Made with the first one. */
  #listeners: LateSet<(change: ConnectivityChange) => void> | undefined;

  /**
   * Starts with a channel that has not been used.
   *
   * @param tracer Is told of each other state, before all others.
   */
  constructor(tracer?: StateTracer) {
    this.#tracer = tracer;
  }

  /** The state. */
  get state(): ConnectivityState {
    return this.#change.state;
  }

  /** The state and what led to it. */
  get current(): ConnectivityChange {
    return this.#change;
  }

  /** Moves on, and tells if the state is another. SHUTDOWN is the last. */
  set(state: ConnectivityState, reason: string): void {
    if (this.state === "SHUTDOWN") return;
    const isNews = state !== this.state;
    this.#change = { state, reason };
    if (!isNews) return;
    this.#tracer?.state(state, reason);
    for (const listener of [...this.#listeners ?? []]) listener(this.#change);
  }

  /**
   * Resolves when a state is reached, at once if it is the present one.
   *
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed, and the state is another.
   */
  waitFor(state: ConnectivityState, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (change: ConnectivityChange) => {
      if (change.state === state) resolve();
      else if (change.state === "SHUTDOWN") reject(unreachable(state));
    };
    const abort = () => reject(signal?.reason);
    const listeners = this.#listeners ??= new LateSet();
    listeners.add(look);
    const watch = signal && onAbort(signal, abort);
    if (signal?.aborted) abort();
    look(this.#change);
    return promise.finally(() => {
      listeners.delete(look);
      watch?.[Symbol.dispose]();
    });
  }

  /**
   * Resolves when the state is READY; `connect` is called whenever it is IDLE.
   *
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed.
   */
  async ready(connect: () => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const changes = this.changes();
    using _watch = signal && onAbort(signal, () => void changes.return());
    for await (const { state } of changes) {
      if (state === "READY") return;
      if (state === "IDLE") connect();
      if (state === "SHUTDOWN") throw unreachable("READY");
    }
    throw signal?.reason;
  }

  /**
   * Resolves when the state is READY; `connect` is called at once, and whenever
   * it is IDLE.
   *
   * @param error Why the last attempt failed.
   * @throws That error, if the state is TRANSIENT_FAILURE.
   * @throws {TypeError} If the channel is closed.
   */
  async readyAtOnce(
    connect: () => void,
    error: () => Error | undefined,
  ): Promise<void> {
    connect();
    for await (const { state, reason } of this.changes()) {
      if (state === "READY") return;
      if (state === "TRANSIENT_FAILURE") throw error();
      if (state === "SHUTDOWN") {
        throw new TypeError(`Cannot connect: ${reason}`);
      }
      if (state === "IDLE") connect();
    }
  }

  /**
   * The present state and every later one, up to SHUTDOWN. A slow reader
   * misses none, except the oldest when a thousand are waiting.
   */
  changes(): AsyncGenerator<ConnectivityChange, void> {
    const stop = new AbortController();
    return interruptible(this.#follow(stop.signal), () => stop.abort());
  }

  async *#follow(
    stop: AbortSignal,
  ): AsyncGenerator<ConnectivityChange, void> {
    const waiting = [this.#change];
    let wake = () => {};
    const listener = (change: ConnectivityChange) => {
      if (waiting.push(change) > MAX_BEHIND) waiting.shift();
      wake();
    };
    const listeners = this.#listeners ??= new LateSet();
    listeners.add(listener);
    using _stopped = onAbort(stop, () => wake());
    try {
      while (!stop.aborted) {
        const change = waiting.shift();
        if (change === undefined) {
          await new Promise<void>((resolve) => wake = resolve);
          continue;
        }
        yield change;
        if (change.state === "SHUTDOWN") return;
      }
    } finally {
      listeners.delete(listener);
    }
  }
}

function unreachable(state: ConnectivityState): TypeError {
  return new TypeError(
    `Cannot wait for ${state}: the channel is closed, and stays so`,
  );
}
