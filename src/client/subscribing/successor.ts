import { type Clock, Timer } from "../../runtime/mod.ts";
import type { SubscribedStream } from "./subscribed_stream.ts";

/**
 * Milliseconds that the successor of a stream may give no answer, once there is
 * something to be delivered of the stream itself.
 */
const PATIENCE = 5_000;

/** What a {@linkcode Successor} needs. */
export interface SuccessorSetup<Response> {
  /** The clock. */
  readonly clock: Clock;
  /** Milliseconds until it begins. */
  readonly delay: number;
  /** Resolves when a call would begin at once. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Opens the stream; `undefined` if the subscription has ended over that. */
  readonly open: () => SubscribedStream<Response> | undefined;
  /** Is called when it has got further. */
  readonly changed: () => void;
}

/**
 * The stream that is to follow one whose connection is retired: after a pause,
 * and once there is a connection, it is opened beside that.
 */
export class Successor<Response> {
  readonly #setup: SuccessorSetup<Response>;
  readonly #timer: Timer;
  readonly #beginsAt: number;
  readonly #controller = new AbortController();
  #stream: SubscribedStream<Response> | undefined;

  /** Begins to wait. */
  constructor(setup: SuccessorSetup<Response>) {
    this.#setup = setup;
    this.#timer = new Timer(setup.clock);
    this.#beginsAt = setup.clock.now() + setup.delay;
    this.#timer.plan(setup.delay, () => this.#connect());
  }

  /** The stream, once it is opened. */
  get stream(): SubscribedStream<Response> | undefined {
    return this.#stream;
  }

  /** Milliseconds of its pause that are left. */
  pauseLeft(now: number): number {
    return Math.max(0, this.#beginsAt - now);
  }

  /** Whether it should have answered long ago. */
  isOverdue(now: number): boolean {
    const stream = this.#stream;
    return stream !== undefined && !stream.hasAnswered &&
      now >= stream.openedAt + PATIENCE;
  }

  /** It is not needed. */
  giveUp(): void {
    this.#forget();
    this.#stream?.close();
  }

  /** It takes over. */
  takeOver(): SubscribedStream<Response> | undefined {
    this.#forget();
    return this.#stream;
  }

  #forget(): void {
    this.#timer.cancel();
    this.#controller.abort();
  }

  #connect(): void {
    const { signal } = this.#controller;
    this.#setup.ready(signal).then(() => {
      if (!signal.aborted) this.#open();
    }, () => {});
  }

  #open(): void {
    const { open, changed } = this.#setup;
    const stream = open();
    if (stream === undefined) return;
    this.#stream = stream;
    stream.pull();
    this.#timer.plan(PATIENCE, changed);
    changed();
  }
}
