import { LateSet } from "../../collections/mod.ts";
import { CONNECTIVITY_STATES, type ConnectivityState } from "../../grpc/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import { interruptible } from "./interruptible.ts";
import { type ConnectivityChange, StateChanges } from "./state_changes.ts";

/** Is told of each state of a channel. */
export interface StateTracer {
  /** The channel has another state, for a reason. */
  state(state: ConnectivityState, reason: string): void;
}

type StateListener = (change: ConnectivityChange) => void;

/** Holds the state of a channel, and tells of its changes. */
export class Connectivity {
  #state: ConnectivityState = "IDLE";
  #reason = "not used yet";
  readonly #tracer: StateTracer | undefined;
  /** There while somebody waits. */
  #listeners: LateSet<StateListener> | undefined;

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
    return this.#state;
  }

  /** The state and what led to it. */
  get current(): ConnectivityChange {
    return { state: this.#state, reason: this.#reason };
  }

  /** Moves on, and tells if the state is another. SHUTDOWN is the last. */
  set(state: ConnectivityState, reason: string): void {
    if (this.state === "SHUTDOWN") return;
    const isNews = state !== this.state;
    this.#state = state;
    this.#reason = reason;
    if (!isNews) return;
    // Before the tracer, which may move it on: so all are told in order.
    const change = { state, reason };
    for (const listener of [...this.#listeners ?? []]) listener(change);
    this.#tracer?.state(state, reason);
  }

  /**
   * Resolves when a state is reached, at once if it is the present one.
   *
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed, and the state is another.
   * @throws {RangeError} At once, if it is no state.
   */
  waitFor(state: ConnectivityState, signal?: AbortSignal): Promise<void> {
    if (!CONNECTIVITY_STATES.includes(state)) {
      throw new RangeError(
        `Cannot wait for ${state}: expected ${CONNECTIVITY_STATES.join(", ")}`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (change: ConnectivityChange) => {
      if (change.state === state) resolve();
      else if (change.state === "SHUTDOWN") reject(unreachable(state));
    };
    const abort = () => reject(signal?.reason);
    this.#listen(look);
    const watch = signal && onAbort(signal, abort);
    if (signal?.aborted) abort();
    look(this.current);
    return promise.finally(() => {
      this.#unlisten(look);
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
    const changes = new StateChanges();
    const ended = this.#follow(changes);
    try {
      for (;;) {
        const change = await changes.next();
        if (change?.state === "READY") return;
        if (change?.state === "TRANSIENT_FAILURE") throw error();
        if (change?.state === "SHUTDOWN") {
          throw new TypeError(`Cannot connect: ${change.reason}`);
        }
        if (change?.state === "IDLE") connect();
      }
    } finally {
      ended();
    }
  }

  /**
   * The present state and every later one, up to SHUTDOWN. A slow reader
   * misses none, except the oldest when a thousand are waiting.
   */
  changes(): AsyncGenerator<ConnectivityChange, void> {
    const changes = new StateChanges();
    return interruptible(this.#iterate(changes), () => changes.stop());
  }

  async *#iterate(
    changes: StateChanges,
  ): AsyncGenerator<ConnectivityChange, void> {
    const ended = this.#follow(changes);
    try {
      for (;;) {
        const change = await changes.next();
        if (change === undefined) return;
        yield change;
        if (change.state === "SHUTDOWN") return;
      }
    } finally {
      ended();
    }
  }

  /** Adds the present state and every later one, until what it returns is called. */
  #follow(changes: StateChanges): () => void {
    changes.add(this.current);
    const listener = (change: ConnectivityChange) => changes.add(change);
    this.#listen(listener);
    return () => this.#unlisten(listener);
  }

  #listen(listener: StateListener): void {
    this.#listeners ??= new LateSet();
    this.#listeners.add(listener);
  }

  #unlisten(listener: StateListener): void {
    this.#listeners?.delete(listener);
    if (this.#listeners?.size === 0) this.#listeners = undefined;
  }
}

function unreachable(state: ConnectivityState): TypeError {
  return new TypeError(
    `Cannot wait for ${state}: the channel is closed, and stays so`,
  );
}
