import { GrpcError, Status } from "../../grpc/mod.ts";
import { type Clock, tell, Timer } from "../../runtime/mod.ts";
import { type CallLimits, limitCall } from "../calls/mod.ts";
import { Backoff } from "../connections/mod.ts";
import type { SubscriptionParameters } from "./subscribe_options.ts";
import { type OpenStream, SubscribedStream } from "./subscribed_stream.ts";
import { Successor } from "./successor.ts";

/** Milliseconds after which a stream without an item was healthy. */
const HEALTHY = 10_000;

/** What a {@linkcode Subscription} needs. */
export interface SubscriptionSetup<Request, Response> {
  /** The clock of the channel. */
  readonly clock: Clock;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
  /** Makes the call of a stream. */
  readonly open: OpenStream<Request, Response>;
  /** Resolves when calls would begin at once. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Whether there is nothing to be hoped for, whatever the status. */
  readonly isHopeless: (error: GrpcError) => boolean;
  /** The request of the first stream. */
  readonly request: Request;
  /** The options. */
  readonly parameters: SubscriptionParameters<Request, Response>;
}

/** Where a subscription stands. */
type State<Response> =
  /** Nobody has asked for an item. */
  | { readonly kind: "new" }
  /** It waits until the next stream may begin. */
  | { readonly kind: "pausing" }
  /** A stream is there; if it is about to end, so may be its successor. */
  | {
    readonly kind: "streaming";
    readonly stream: SubscribedStream<Response>;
    readonly successor: Successor<Response> | undefined;
  }
  /** It has ended: by an error, or as an iteration does. */
  | { readonly kind: "over"; readonly error: unknown };

/**
 * A stream of responses that outlives its calls.
 *
 * ```text
 *          next                      ended, retryOn
 *   new ---------> streaming --------------------------> pausing
 *                   |  ^  ^  \                              |
 *        connection |  |  +---\-----------------------------+
 *        is retired v  |       \           after the backoff
 *              successor        +---> over: ended otherwise, cancelled,
 *              takes over             left, or too late
 * ```
 *
 * Only one stream is delivered from at a time, and nothing of it after another
 * was asked to go on behind the last item.
 */
export class Subscription<Request, Response> {
  readonly #setup: SubscriptionSetup<Request, Response>;
  readonly #backoff: Backoff;
  readonly #pause: Timer;
  #state: State<Response> = { kind: "new" };
  #limits: CallLimits | undefined;
  #last: { readonly item: Response } | undefined;
  #attempt = 0;
  #changed: PromiseWithResolvers<void> | undefined;

  /** Begins with the first `next`. */
  constructor(setup: SubscriptionSetup<Request, Response>) {
    this.#setup = setup;
    this.#backoff = new Backoff(setup.parameters.backoff, setup.random);
    this.#pause = new Timer(setup.clock, true);
  }

  /** All items. */
  async *items(): AsyncGenerator<Response, void> {
    try {
      if (this.#state.kind === "new") this.#begin();
      for (;;) {
        const delivered = this.#step();
        if (delivered === "over") return;
        if (delivered !== "nothing") yield delivered.item;
        else await this.#change();
      }
    } finally {
      this.end(undefined);
    }
  }

  /** Ends it, by an error or not. */
  end(error: unknown): void {
    const state = this.#state;
    if (state.kind === "over") return;
    this.#state = { kind: "over", error };
    this.#pause.cancel();
    this.#limits?.clear();
    if (state.kind === "streaming") {
      state.successor?.giveUp();
      state.stream.close();
    }
    this.#wake();
  }

  #begin(): void {
    const { clock, parameters } = this.#setup;
    this.#limits = limitCall(clock, parameters, {
      interrupt: (error) => this.end(error),
    });
    if (this.#isOver()) this.#limits.clear();
    else this.#open();
  }

  #isOver(): boolean {
    return this.#state.kind === "over";
  }

  /** Does all that can be done; answers with an item if there is one. */
  #step(): { readonly item: Response } | "nothing" | "over" {
    for (;;) {
      const state = this.#state;
      if (state.kind === "over") {
        if (state.error === undefined) return "over";
        throw state.error;
      }
      if (state.kind !== "streaming") return "nothing";
      const { stream, successor } = state;
      if (successor !== undefined && this.#succeeds(stream, successor)) {
        continue;
      }
      stream.pull();
      const { pulled } = stream;
      if (pulled?.kind === "end") this.#onEnd(stream, successor, pulled.error);
      else if (pulled === undefined || successor?.stream !== undefined) {
        return "nothing";
      } else {
        // What a stream delivers that is retired says nothing of its successor.
        if (successor === undefined) this.#forgive();
        stream.take();
        return this.#last = pulled;
      }
    }
  }

  /** A stream was healthy: what comes after it is the first attempt again. */
  #forgive(): void {
    this.#attempt = 0;
    this.#backoff.reset();
  }

  /** Looks whether the successor takes over, or is given up; or neither. */
  #succeeds(
    stream: SubscribedStream<Response>,
    successor: Successor<Response>,
  ): boolean {
    const next = successor.stream;
    if (next === undefined) return false;
    const { pulled } = next;
    const hasFailed = pulled?.kind === "end" && this.#isRetried(pulled.error);
    const isStuck = stream.pulled?.kind === "item" &&
      successor.isOverdue(this.#setup.clock.now());
    if (hasFailed || isStuck) {
      successor.giveUp();
      this.#state = { kind: "streaming", stream, successor: this.#successor() };
      return true;
    }
    if (!next.hasAnswered) return false;
    stream.close();
    this.#follow(successor.takeOver()!);
    return true;
  }

  /** A stream has ended. */
  #onEnd(
    stream: SubscribedStream<Response>,
    successor: Successor<Response> | undefined,
    error: unknown,
  ): void {
    if (!this.#isRetried(error)) return this.end(error);
    if (successor?.stream !== undefined) {
      return this.#follow(successor.takeOver()!);
    }
    const now = this.#setup.clock.now();
    successor?.giveUp();
    if (successor === undefined && now - stream.openedAt >= HEALTHY) {
      this.#forgive();
    }
    const delay = successor?.pauseLeft(now) ?? this.#draw();
    this.#state = { kind: "pausing" };
    this.#pause.plan(delay, () => this.#open());
    const { onInterruption } = this.#setup.parameters;
    if (onInterruption === undefined) return;
    const reason = error as Error | undefined;
    tell(onInterruption, { reason, attempt: this.#attempt, delay });
  }

  #isRetried(error: unknown): boolean {
    const { retryOn } = this.#setup.parameters;
    if (error === undefined) return retryOn.has(Status.OK);
    return error instanceof GrpcError && retryOn.has(error.code) &&
      !this.#setup.isHopeless(error);
  }

  /**
   * Milliseconds until the next attempt. The first one comes at a random time:
   * a server that restarts has lost all its subscribers at one moment.
   */
  #draw(): number {
    const { random, parameters: { backoff } } = this.#setup;
    if (this.#attempt++ === 0) return random() * backoff.initialBackoff;
    const delay = this.#backoff.draw();
    this.#backoff.grow();
    return delay;
  }

  #open(): void {
    const stream = this.#newStream();
    if (stream === undefined) return;
    this.#follow(stream);
    stream.pull();
  }

  #follow(stream: SubscribedStream<Response>): void {
    this.#state = { kind: "streaming", stream, successor: undefined };
    this.#onChange();
  }

  /** Goes on behind the last item; the subscription ends if it cannot. */
  #newStream(): SubscribedStream<Response> | undefined {
    const { clock, open, request, parameters: { resume } } = this.#setup;
    const last = this.#last;
    try {
      const next = last === undefined || resume === undefined
        ? request
        : resume(last.item);
      const onChange = () => this.#onChange();
      return new SubscribedStream(
        (hooks) => open(next, hooks),
        clock.now(),
        onChange,
      );
    } catch (error) {
      this.end(error);
      return undefined;
    }
  }

  #successor(): Successor<Response> {
    const { clock, ready } = this.#setup;
    return new Successor({
      clock,
      ready,
      delay: this.#draw(),
      open: () => this.#newStream(),
      changed: () => this.#onChange(),
    });
  }

  /** Something is new, whether or not anybody asks for an item. */
  #onChange(): void {
    const state = this.#state;
    if (
      state.kind === "streaming" && state.stream.isDraining &&
      state.successor === undefined && this.#setup.parameters.overlap
    ) this.#state = { ...state, successor: this.#successor() };
    this.#wake();
  }

  #wake(): void {
    this.#changed?.resolve();
    this.#changed = undefined;
  }

  #change(): Promise<void> {
    this.#changed ??= Promise.withResolvers();
    return this.#changed.promise;
  }
}
