/** Steps of an axis of time, in milliseconds. */
const STEPS: readonly number[] = [
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  3_600_000,
  7_200_000,
  21_600_000,
  43_200_000,
  86_400_000,
];

/** Where a time lies in a picture. */
export class Scale {
  /** The first time, in milliseconds. */
  readonly from: number;
  /** The last one. */
  readonly to: number;
  readonly #left: number;
  readonly #width: number;

  /** Lays the times from one to another between two places. */
  constructor(from: number, to: number, left: number, right: number) {
    this.from = from;
    this.to = Math.max(to, from + 1);
    this.#left = left;
    this.#width = right - left;
  }

  /** The place of a time; of one outside, the nearest one. */
  x(time: number): number {
    const within = Math.min(this.to, Math.max(this.from, time));
    const part = (within - this.from) / (this.to - this.from);
    return this.#left + part * this.#width;
  }

  /** Round times after the first one, about so many places apart. */
  grid(apart: number): number[] {
    const most = this.#width / apart;
    const span = this.to - this.from;
    const step = STEPS.find((step) => span / step <= most) ??
      86_400_000 * Math.ceil(span / 86_400_000 / most);
    const count = Math.floor(span / step);
    return Array.from({ length: count + 1 }, (_, i) => i * step);
  }
}
