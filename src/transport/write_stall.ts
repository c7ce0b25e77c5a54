import { assert } from "../invariants/mod.ts";
import { type Clock, Timer } from "../runtime/mod.ts";

/**
 * Turns of the event loop after which a write that is still pending waits for
 * room: one that finds room is done within one.
 */
const TURNS = 2;

/** Milliseconds of such a turn, at least. */
const TURN = 1;

/** A write that is looked at, or was. */
export interface Watched {
  /** Turns in which it was pending. */
  turns: number;
  /** When it was first looked at, in milliseconds. */
  watchedAt: number;
  /** Its place among those that are looked at; -1 if it is not. */
  place: number;
}

/**
 * Those that are kept for whoever writes next: as many as PINGs may leave at one
 * waking of the process.
 */
const MOST_SPARE = 256;

/**
 * Notices that the kernel takes octets again after its send buffer was full.
 * There is room again only because the host of the peer has acknowledged some:
 * it is alive, although a PING may wait behind what is left.
 *
 * A short count is no such sign: a TLS socket never takes more than 64 KiB.
 * Nor is a write that finds room: a network that lost its peer takes some
 * megabytes. Where the last octets of a message fit into the buffer, nothing
 * more is written, and there is no sign.
 *
 * All writes of a clock share a timer: PINGs of many connections leave together.
 */
export class WriteStalls {
  readonly #clock: Clock;
  readonly #timer: Timer;
  /** In no order; each knows its place. */
  readonly #watched: Watched[] = [];
  readonly #spares: Watched[] = [];

  /** Watches nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = new Timer(clock);
  }

  /** Looks at a write that is pending, or about to begin, until `end`. */
  watch(): Watched {
    const write = this.#spares.pop() ?? { turns: 0, watchedAt: 0, place: -1 };
    write.turns = 0;
    write.watchedAt = this.#clock.now();
    write.place = this.#watched.length;
    this.#watched.push(write);
    if (this.#watched.length === 1) this.#plan();
    return write;
  }

  /** A write has ended; answers whether it was seen to wait for room. */
  end(write: Watched): boolean {
    if (write.place >= 0) {
      this.#remove(write);
      if (this.#watched.length === 0) this.#timer.cancel();
    }
    if (this.#spares.length < MOST_SPARE) this.#spares.push(write);
    return write.turns === TURNS;
  }

  #plan(): void {
    this.#timer.plan(TURN, this.#onTurn);
  }

  /** The turn in which a write begins is none of its turns. */
  readonly #onTurn = (): void => {
    const now = this.#clock.now();
    for (let place = this.#watched.length - 1; place >= 0; place--) {
      const write = this.#watched[place];
      if (now - write.watchedAt < TURN) continue;
      if (++write.turns === TURNS) this.#remove(write);
    }
    if (this.#watched.length > 0) this.#plan();
  };

  /** The last one takes its place. */
  #remove(write: Watched): void {
    const last = this.#watched.pop();
    assert(last !== undefined, "what has a place is looked at");
    if (last !== write) {
      this.#watched[write.place] = last;
      last.place = write.place;
    }
    write.place = -1;
  }
}

const stalls = new WeakMap<Clock, WriteStalls>();

/** That of a clock. */
export function writeStallsOf(clock: Clock): WriteStalls {
  const known = stalls.get(clock);
  if (known !== undefined) return known;
  const made = new WriteStalls(clock);
  stalls.set(clock, made);
  return made;
}

/** Milliseconds from which on it is told that a write waits for room. */
const NOTABLE_WAIT = 50;

/** Whose writes are looked at. */
export interface Waiting {
  /** A write waits for room, or has got it, after so many milliseconds. */
  noteWait(waited: number, hasRoom: boolean): void;
  /** No write is looked at any more. */
  waitOver(): void;
}

/**
 * Tells of writes that wait for room for long. A write is looked at only where the
 * socket took a part of it, or something else is to be written meanwhile, and then
 * by one timer that is set once for all writes of so long: no clock is read, and no
 * timer touched, for each of them.
 */
export class LongWait {
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #waiting: Waiting;
  /** How many writes have ended. */
  #ended = 0;
  /** How many had when the timer was set; -1 if it is not. */
  #endedAtFirst = -1;
  #since = 0;
  #isTold = false;

  /** Looks at nothing yet. */
  constructor(clock: Clock, waiting: Waiting) {
    this.#clock = clock;
    this.#timer = new Timer(clock);
    this.#waiting = waiting;
  }

  /** A write is pending, or about to begin. */
  watch(): void {
    if (this.#endedAtFirst >= 0 || this.#isTold) return;
    this.#endedAtFirst = this.#ended;
    this.#since = this.#clock.now();
    this.#timer.plan(NOTABLE_WAIT, this.#look);
  }

  /** It is done; a timer that is set is left alone. */
  end(): void {
    this.#ended++;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#waiting.noteWait(this.#clock.now() - this.#since, true);
    this.#waiting.waitOver();
  }

  /** No write follows. */
  cancel(): void {
    this.#timer.cancel();
    this.#endedAtFirst = -1;
  }

  readonly #look = (): void => {
    const isTheSame = this.#endedAtFirst === this.#ended;
    this.#endedAtFirst = -1;
    if (!isTheSame) return this.#waiting.waitOver();
    this.#isTold = true;
    this.#waiting.noteWait(this.#clock.now() - this.#since, false);
  };
}
