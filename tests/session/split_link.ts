import type { TrustedConnection } from "../harness/virtual_pair.ts";
import type { Random } from "../harness/seed.ts";

const FRAME_HEADER_LENGTH = 9;
const PREFACE_LENGTH = 24;

/** Where to cut octets, ascending; `index` counts what was written before. */
export type Cuts = (octets: Uint8Array, index: number) => readonly number[];

/**
 * Cuts what is written into pieces. Those that complete no frame arrive up to
 * half a millisecond early, the others when the whole would.
 *
 * So pieces are many reads, at other times, and yet both ends must do the same
 * at the same time. An early piece counts as activity: where every time is a
 * whole number, no deadline lies within the half millisecond before the last
 * piece, which is activity again.
 */
export function punctualLink(
  latency: number,
  cuts: Cuts,
  random: Random,
): TrustedConnection {
  return cutLink(cuts, (octets, ends) => {
    const whole = firstFrameEnd(octets);
    const early = Array.from(ends, () => random.below(5) / 8)
      .sort((a, b) => b - a);
    return ends.map((end, i) => latency - (end < whole ? early[i] : 0));
  });
}

/**
 * Cuts what is written into pieces that arrive at any time up to that when the
 * whole would.
 */
export function looseLink(
  latency: number,
  cuts: Cuts,
  random: Random,
): TrustedConnection {
  return cutLink(cuts, (_, ends) => {
    const early = Array.from(ends, () => random.below(latency * 8) / 8)
      .sort((a, b) => b - a);
    return ends.map((_, i) => latency - (i < ends.length - 1 ? early[i] : 0));
  });
}

/** Cuts everything at the same random density: seldom, often, or always. */
export function randomCuts(random: Random): Cuts {
  const density = random.pick([0, 1, 2, 4]);
  return (octets) => {
    if (density === 0 && octets.length <= 100) {
      return Array.from(octets.subarray(1), (_, i) => i + 1);
    }
    const count = random.below(density + 3);
    return Array.from({ length: count }, () => random.below(octets.length + 1))
      .sort((a, b) => a - b);
  };
}

/** Octets up to the end of the first frame; a chunk begins with a frame. */
export function firstFrameEnd(octets: Uint8Array): number {
  const at = octets[0] === "P".charCodeAt(0) && octets[1] === "R".charCodeAt(0)
    ? PREFACE_LENGTH
    : 0;
  const length = octets[at] << 16 | octets[at + 1] << 8 | octets[at + 2];
  return at + FRAME_HEADER_LENGTH + length;
}

function cutLink(
  cuts: Cuts,
  delays: (octets: Uint8Array, ends: readonly number[]) => readonly number[],
): TrustedConnection {
  let index = 0;
  return (octets) => {
    const ends = [...cuts(octets, index++), octets.length];
    const after = delays(octets, ends);
    return ends.map((end, i) => ({
      after: after[i],
      octets: octets.subarray(i === 0 ? 0 : ends[i - 1], end),
    }));
  };
}
