import {
  type Clock,
  type PlannedTimer,
  planTimed,
  type Timed,
} from "../../runtime/mod.ts";

/** Is told that a channel is not used. */
export interface IdleOwner {
  /** When it is. */
  readonly parts: {
    /** Milliseconds until then, `Infinity` for never, and their clock. */
    readonly setup: { readonly idleTimeout: number; readonly clock: Clock };
  };
  /** The channel has been idle for so long. */
  onIdle(): void;
}

/**
 * Notices that a channel is not used ({@link https://github.com/grpc/proposal/blob/master/A62-pick-first.md | gRFC A62}): no call runs, and none has
 * ended within the timeout.
 */
export class IdleTimer implements Timed {
  readonly #owner: IdleOwner;
  /** What the clock gave last. */
  #planned: PlannedTimer | undefined;
  #running = 0;
  /** In whole milliseconds: a number with a fraction is an object of its own. */
  #usedAt = 0;

  /** Starts without a timer; `owner` is told when the channel has been idle. */
  constructor(owner: IdleOwner) {
    this.#owner = owner;
  }

  /** Calls that run at present. */
  get running(): number {
    return this.#running;
  }

  /** The channel leaves idleness. */
  start(): void {
    this.#use();
    this.#arm();
  }

  /** A call begins. */
  begin(): void {
    this.#running++;
  }

  /** A call has ended. */
  end(): void {
    if (--this.#running === 0) this.#use();
  }

  #use(): void {
    this.#usedAt = Math.ceil(this.#owner.parts.setup.clock.now());
  }

  /** The channel is idle, or closed. */
  stop(): void {
    this.#planned?.cancel();
  }

  /** What rounding has left of the time might never pass if it is added again. */
  #arm(): void {
    this.#planned?.cancel();
    const { clock, idleTimeout } = this.#owner.parts.setup;
    if (idleTimeout === Infinity) return;
    const left = this.#usedAt + idleTimeout - clock.now();
    const spent = this.#planned;
    this.#planned = planTimed(clock, Math.max(left, 1), this, 0, spent);
  }

  onTimer(): void {
    const { clock, idleTimeout } = this.#owner.parts.setup;
    if (this.#running > 0) this.#use();
    if (clock.now() >= this.#usedAt + idleTimeout) this.#owner.onIdle();
    else this.#arm();
  }
}
