import { type Clock, pause } from "../runtime/mod.ts";
import { HandshakePatience } from "./handshake_patience.ts";

/** A connection whose handshake is not over. */
export interface Shaking {
  /** Ends it, and says why. */
  giveUp(why: string): void;
}

/** How many connections a listener takes. */
export interface AdmissionLimits {
  /** See `maxConnections` of the listen options. */
  readonly maxConnections: number;
  /** See `maxHandshakes` of the listen options. */
  readonly maxHandshakes: number;
}

/** What has turned connections away, and how many, in words. */
export type TurnedAway = (
  message: string,
  limits: readonly (keyof AdmissionLimits)[],
) => void;

/** Milliseconds between two looks whether there is room. */
const LOOK_INTERVAL = 5;

/** The part of all handshakes that is ended at once, if so many are too old. */
const BATCH = 32;

/** Milliseconds between two reports of what was turned away. */
const REPORT_INTERVAL = 1_000;

/**
 * Decides which connections of a listener may begin, and which have to go.
 *
 * A connection that has not finished its handshake has shown nothing yet: where
 * there are too many, the oldest of them goes. So peers that are silent or slow
 * lose, however many they are, and one that gets through its handshake while
 * `maxHandshakes` newer ones arrive is served. Until the oldest has had its time,
 * newcomers wait in the kernel, where the listener is Deno's own; one of
 * `node:tls` closes those beyond its backlog.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #report: TurnedAway;
  readonly #shaking = new Map<Shaking, number>();
  readonly #patience = new HandshakePatience();
  #refused = 0;
  #ended = 0;
  #reportedAt = -Infinity;

  /**
   * Starts without connections.
   *
   * @param clock The clock of the handshakes.
   * @param report Is told what was turned away, at most once a second.
   */
  constructor(
    limits: AdmissionLimits,
    clock: Clock,
    report: TurnedAway,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#report = report;
  }

  /**
   * Whether one more connection may begin, beside so many that are open. If
   * there is no room, the oldest handshake makes some.
   */
  admits(open: number): boolean {
    if (open < this.#limits.maxConnections) return true;
    if (this.#endOldest()) return true;
    this.#refused++;
    this.#tell();
    return false;
  }

  /**
   * Waits until one more handshake may begin; the oldest make room for it, some
   * at once. Before that, the sockets are looked at: what a client has said may
   * lie there while this process was busy.
   */
  async room(): Promise<void> {
    const { maxHandshakes } = this.#limits;
    const some = Math.ceil(maxHandshakes / BATCH);
    while (this.#shaking.size >= maxHandshakes) {
      await pause(this.#clock, LOOK_INTERVAL);
      while (this.#shaking.size > maxHandshakes - some && this.#endOldest());
    }
  }

  /** A handshake begins. */
  begin(handshake: Shaking): void {
    this.#shaking.set(handshake, this.#clock.now());
  }

  /** A handshake is over. */
  finish(handshake: Shaking, succeeded: boolean): void {
    const since = this.#shaking.get(handshake);
    if (since === undefined) return;
    this.#shaking.delete(handshake);
    if (succeeded) this.#patience.succeeded(this.#clock.now() - since);
  }

  #endOldest(): boolean {
    const [first] = this.#shaking;
    if (first === undefined) return false;
    const [oldest, since] = first;
    const now = this.#clock.now();
    if (now - since < this.#patience.at(now)) return false;
    this.#patience.ended(now);
    this.#shaking.delete(oldest);
    this.#ended++;
    oldest.giveUp("its handshake was not over when newer connections came");
    this.#tell();
    return true;
  }

  #tell(): void {
    const now = this.#clock.now();
    if (now - this.#reportedAt < REPORT_INTERVAL) return;
    this.#reportedAt = now;
    const { maxConnections, maxHandshakes } = this.#limits;
    const told: [limit: keyof AdmissionLimits, part: string][] = [];
    if (this.#refused > 0) {
      told.push([
        "maxConnections",
        `${this.#refused} refused, since maxConnections (${maxConnections}) are open`,
      ]);
    }
    if (this.#ended > 0) {
      told.push([
        "maxHandshakes",
        `${this.#ended} ended before their handshake was over, since newer ones came (maxHandshakes is ${maxHandshakes}, to be raised if they are clients of yours)`,
      ]);
    }
    this.#refused = 0;
    this.#ended = 0;
    this.#report(
      told.map(([, part]) => part).join("; "),
      told.map(([limit]) => limit),
    );
  }
}
