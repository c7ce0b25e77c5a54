import { numbers } from "./numbers.ts";

/** Below it all values are one: 10 microseconds, where a clock ends. */
const SMALLEST = 0.01;

/** Above it all values are one: a minute. */
const LARGEST = 60_000;

/**
 * Quantiles of durations in fixed memory: a DDSketch, whose buckets grow by a
 * constant factor, so that what it answers is off by a known part of the true
 * value at the most, between 10 microseconds and a minute. Smaller values are
 * off by 10 microseconds at the most; the largest one is kept exactly.
 *
 * @see https://arxiv.org/abs/1908.10693
 */
export class Sketch {
  /** The largest part by which an answer is off. */
  readonly error: number;
  readonly #logGamma: number;
  readonly #counts: Uint32Array;
  #below = 0;
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Starts without a value; an error of 0.05 takes 156 counters. */
  constructor(error: number) {
    this.error = error;
    this.#logGamma = Math.log((1 + error) / (1 - error));
    this.#counts = new Uint32Array(this.#indexOf(LARGEST) + 1);
  }

  /** How many values there are. */
  get count(): number {
    return this.#count;
  }

  /** The sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  /** The largest value; 0 if there is none. */
  get max(): number {
    return this.#max;
  }

  /** Octets of its counters. */
  get byteLength(): number {
    return this.#counts.byteLength;
  }

  /** Adds a value in milliseconds. */
  add(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value > this.#max) this.#max = value;
    if (value <= SMALLEST) this.#below++;
    else this.#counts[this.#indexOf(Math.min(value, LARGEST))]++;
  }

  /** Adds all values of another sketch of the same error. */
  merge(other: Sketch): void {
    if (other.error !== this.error) {
      throw new RangeError(
        `Cannot merge sketches: their errors are ${this.error} and ${other.error}`,
      );
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
    this.#below += other.#below;
    other.#counts.forEach((count, i) => this.#counts[i] += count);
  }

  /** Forgets all values. */
  clear(): void {
    this.#count =
      this.#sum =
      this.#max =
      this.#below =
        0;
    this.#counts.fill(0);
  }

  /** The value below which a part of all values lie; 0 if there are none. */
  quantile(part: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.floor(part * (this.#count - 1));
    if (rank >= this.#count - 1) return this.#max;
    let seen = this.#below;
    if (rank < seen) return Math.min(SMALLEST, this.#max);
    for (let i = 0; i < this.#counts.length; i++) {
      seen += this.#counts[i];
      if (rank < seen) return Math.min(this.#middle(i), this.#max);
    }
    return this.#max;
  }

  /** Bucket i holds what is above `gamma^(i-1)` and up to `gamma^i`. */
  #indexOf(value: number): number {
    const above = Math.log(value / SMALLEST) / this.#logGamma;
    return Math.max(0, Math.ceil(above) - 1);
  }

  #middle(index: number): number {
    const gamma = Math.exp(this.#logGamma);
    return SMALLEST * 2 * Math.exp(this.#logGamma * (index + 1)) / (gamma + 1);
  }
}

/** Values that are kept as they are: a sketch takes as much room as eighty. */
const FEW = 32;

/** The values of five minutes: as they are, or as a sketch once there are many. */
class Half {
  #few: number[] = NONE;
  #count = 0;
  #sketch: Sketch | undefined;

  /** Adds a value, to a sketch of this error if there are many. */
  add(value: number, error: number): void {
    if (this.#sketch !== undefined) return this.#sketch.add(value);
    if (this.#count === FEW) return this.#addToSketch(value, error);
    if (this.#count === this.#few.length) this.#grow();
    this.#few[this.#count++] = value;
  }

  /** Adds all of them to a sketch of the same error. */
  addTo(sketch: Sketch): void {
    for (let i = 0; i < this.#count; i++) sketch.add(this.#few[i]);
    if (this.#sketch !== undefined) sketch.merge(this.#sketch);
  }

  clear(): void {
    this.#count = 0;
    this.#sketch?.clear();
  }

  #addToSketch(value: number, error: number): void {
    const sketch = new Sketch(error);
    this.addTo(sketch);
    sketch.add(value);
    this.#sketch = sketch;
    this.#few = NONE;
    this.#count = 0;
  }

  #grow(): void {
    const length = Math.min(FEW, Math.max(8, 2 * this.#few.length));
    const grown = numbers(length);
    for (let i = 0; i < this.#count; i++) grown[i] = this.#few[i];
    this.#few = grown;
  }
}

/** Who has no values has no array of its own; nobody writes to this one. */
const NONE: number[] = [];

/** Milliseconds of each half of a {@linkcode SlidingSketch}. */
const HALF = 300_000;

/**
 * The quantiles of at least the last five minutes, and at most the last ten: of
 * two sketches, one takes values and the other has those of the five minutes before.
 */
export class SlidingSketch {
  readonly #error: number;
  #current: Half | undefined;
  #former: Half | undefined;
  /** When the half that takes values began; `undefined` before the first value. */
  #since: number | undefined;

  /** Takes no memory before the first value. */
  constructor(error: number) {
    this.#error = error;
  }

  /** Adds a value that was measured at a time, both in milliseconds. */
  add(value: number, now: number): void {
    this.#turn(now);
    this.#current ??= new Half();
    this.#current.add(value, this.#error);
  }

  /** The values of the window, as one sketch of their own. */
  whole(now: number): Sketch {
    this.#turn(now);
    const whole = new Sketch(this.#error);
    this.#former?.addTo(whole);
    this.#current?.addTo(whole);
    return whole;
  }

  #turn(now: number): void {
    const passed = now - (this.#since ?? -Infinity);
    if (passed < HALF) return;
    const spare = this.#former;
    this.#former = passed < 2 * HALF ? this.#current : undefined;
    if (this.#former === undefined) this.#current?.clear();
    else {
      spare?.clear();
      this.#current = spare;
    }
    this.#since = passed < 2 * HALF ? this.#since! + HALF : now;
  }
}
