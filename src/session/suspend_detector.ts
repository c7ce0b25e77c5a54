import { ClockWatch } from "../keepalive/mod.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Wakes keepalive when a stream opens, and notices that the machine slept. */
export class SuspendDetector {
  readonly #life: Lifecycle;
  readonly #clocks = new ClockWatch();
  #isDue = false;

  /** Looks after a session. */
  constructor(life: Lifecycle) {
    this.#life = life;
  }

  /**
   * Whether the clocks are to be looked at right away: a dormant session did
   * not, and what was slept before the PING must not be held in favour of the
   * peer.
   */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** This end has opened a stream: dormant keepalive sends a PING. */
  streamOpened(): void {
    const life = this.#life;
    const instruction = life.guard?.streamOpened(life.now);
    if (instruction === undefined || instruction === "none") return;
    this.#isDue = true;
    if (life.observed) life.note({ type: "keepalive-woken" });
    life.obey(instruction);
  }

  /** Time has passed; without a wall clock, none can have been slept. */
  advance(wall: number | undefined): void {
    if (wall !== undefined) this.#observe(wall);
    this.#isDue = false;
  }

  #observe(wall: number): void {
    const life = this.#life;
    const slept = this.#clocks.observe(life.now, wall);
    if (slept === 0) return;
    if (life.observed) life.note({ type: "suspended", slept });
    if (!this.#isDue) life.resumeGuard();
  }
}
