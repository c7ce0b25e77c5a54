/** Milliseconds of each unit of `grpc-timeout`. */
const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** "TimeoutValue: positive integer as ASCII string of at most 8 digits". */
const LARGEST = 99_999_999;

/** Encodes a timeout in milliseconds, rounded up to what the unit can say. */
export function encodeTimeout(milliseconds: number): string {
  const timeout = Math.max(milliseconds, 0);
  for (const unit of ["m", "S", "M", "H"]) {
    const value = Math.ceil(timeout / UNITS[unit]);
    if (value <= LARGEST) return `${value}${unit}`;
  }
  return `${LARGEST}H`;
}

/** Decodes a timeout to milliseconds; `undefined` if it is malformed. */
export function decodeTimeout(text: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2]];
}
