import { LARGEST_ADVERTISED_TIME } from "../../keepalive/mod.ts";

/** Milliseconds of quiet use after which a lower interval is tried. */
export const QUIET_WEEK = 7 * 24 * 3_600_000;

/** The longest such time, after trials that have failed. */
const LONGEST_PATIENCE = 8 * QUIET_WEEK;

/** What is left of the floor by one trial. */
const STEP = 0.75;

/**
 * What a channel has learned of `too_many_pings`, as plain data of five numbers:
 * what `save` is given, and `load` gives back. All are milliseconds.
 */
export interface LearnedKeepalive {
  /** The smallest interval; 0 while the options alone are tried. */
  readonly floor: number;
  /** An interval that had no complaint for a week, above `floor`; 0 for none. */
  readonly proven: number;
  /** When `floor` was set, since 1970. */
  readonly since: number;
  /** For how long PINGs have been answered since then, without a complaint. */
  readonly quiet: number;
  /** How long `quiet` must be for a lower `floor` to be tried. */
  readonly patience: number;
}

const NOTHING: LearnedKeepalive = {
  floor: 0,
  proven: 0,
  since: 0,
  quiet: 0,
  patience: QUIET_WEEK,
};

/** The largest value of each number. */
const LIMITS: Readonly<Record<keyof LearnedKeepalive, number>> = {
  floor: LARGEST_ADVERTISED_TIME,
  proven: LARGEST_ADVERTISED_TIME,
  since: 8.64e15,
  quiet: LONGEST_PATIENCE,
  patience: LONGEST_PATIENCE,
};

/**
 * Reads what was loaded: five numbers, each within its limits; anything else
 * beside them is left out.
 *
 * @returns It; `undefined` if it is nothing of that kind.
 */
export function readLearned(value: unknown): LearnedKeepalive | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const given = value as Record<string, unknown>;
  const isValid = Object.entries(LIMITS).every(([name, most]) => {
    const number = given[name];
    return typeof number === "number" && number >= 0 && number <= most;
  });
  if (!isValid) return undefined;
  const { floor, proven, since, quiet, patience } = value as LearnedKeepalive;
  if (patience < QUIET_WEEK) return undefined;
  return { floor, proven, since, quiet, patience };
}

/**
 * The smallest interval that servers have taught a channel.
 *
 * ```text
 *             too_many_pings                 a quiet week, or asked to
 *   nothing ------------------> floor, 2 x --------------------------> floor x 0.75,
 *      ^                         ^   ^  |                              the one before
 *      |                         |   +--+ too_many_pings: 2 x          is proven
 *      | quiet, and not above    |                                        |
 *      +- the option             +------- too_many_pings: proven again, --+
 *                                         and twice the patience
 * ```
 */
export class LearnedFloor {
  #learned = NOTHING;

  /** What was learned; `undefined` if that is nothing. */
  get learned(): LearnedKeepalive | undefined {
    return this.#learned === NOTHING ? undefined : this.#learned;
  }

  /** The smallest interval in milliseconds; 0 for none. */
  get floor(): number {
    return this.#learned.floor;
  }

  /** What was learned before this process began; the stricter of both holds. */
  adopt(loaded: LearnedKeepalive): void {
    if (loaded.floor >= this.#learned.floor) this.#learned = loaded;
  }

  /**
   * A server has ended a connection over too many PINGs: gRFC A8 has later ones
   * wait twice as long. An interval that was lower for a trial is what it was.
   *
   * @param time The interval of that connection, in milliseconds.
   * @param now The time since 1970.
   */
  raise(time: number, now: number): void {
    const { floor, proven, patience } = this.#learned;
    const wasTrial = time < proven;
    const wanted = wasTrial ? proven : Math.max(floor, 2 * time);
    const isAgain = wasTrial && floor < proven;
    this.#learned = {
      floor: Math.min(wanted, LARGEST_ADVERTISED_TIME),
      proven: wasTrial ? proven : 0,
      since: now,
      quiet: 0,
      patience: Math.min(patience * (isAgain ? 2 : 1), LONGEST_PATIENCE),
    };
  }

  /**
   * A PING of keepalive was answered, and no server complains.
   *
   * @param used Milliseconds of use that it stands for.
   * @param option The interval of the options.
   * @returns Whether the floor has become lower.
   */
  quiet(used: number, option: number, now: number): boolean {
    if (this.#learned === NOTHING) return false;
    const quiet = this.#learned.quiet + used;
    this.#learned = { ...this.#learned, quiet };
    return quiet >= this.#learned.patience && this.lower(option, now);
  }

  /**
   * Tries a lower floor with the next connection.
   *
   * @param option The interval of the options: there is nothing below it.
   * @returns Whether the floor has become lower.
   */
  lower(option: number, now: number): boolean {
    const { floor, patience } = this.#learned;
    if (this.#learned === NOTHING) return false;
    if (floor <= option) {
      this.#learned = NOTHING;
      return floor > 0;
    }
    const next = Math.round(floor * STEP);
    this.#learned = {
      floor: next > option ? next : 0,
      proven: floor,
      since: now,
      quiet: 0,
      patience,
    };
    return true;
  }
}
