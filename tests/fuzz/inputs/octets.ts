import { assert } from "@std/assert";
import { concat } from "../../harness/octets.ts";
import type { Random } from "../../harness/seed.ts";

/** Octets that decoders treat in another way than their neighbours. */
const EDGES = [0x00, 0x01, 0x20, 0x40, 0x7f, 0x80, 0xff];

/** Changes octets as a broken or hostile peer would; often not at all. */
export function mutate(random: Random, octets: Uint8Array): Uint8Array {
  let mutated = octets;
  if (random.oneIn(2)) return mutated;
  for (let count = 1 + random.below(3); count > 0; count--) {
    mutated = mutateOnce(random, mutated);
  }
  return mutated;
}

function mutateOnce(random: Random, octets: Uint8Array): Uint8Array {
  const at = random.below(octets.length + 1);
  const end = Math.min(octets.length, at + random.below(12));
  const [before, after] = [octets.subarray(0, at), octets.subarray(at)];
  switch (random.below(5)) {
    case 0:
      return concat(before, octets.subarray(end));
    case 1:
      return concat(before, octets.subarray(at, end), after);
    case 2:
      return concat(before, random.octets(random.below(5)), after);
    case 3: {
      const changed = octets.slice();
      if (at < changed.length) changed[at] = random.pick(EDGES);
      return changed;
    }
    default: {
      const changed = octets.slice();
      if (at < changed.length) changed[at] ^= 1 << random.below(8);
      return changed;
    }
  }
}

/** Where to cut octets: ascending offsets, one after another at times. */
export function randomCuts(random: Random, length: number): number[] {
  if (random.oneIn(8)) return Array.from({ length }, (_, at) => at);
  return Array.from({ length: random.below(5) }, () => random.below(length + 1))
    .sort((a, b) => a - b);
}

/** The pieces between cuts; cuts beyond the end do nothing. */
export function cutAt(
  octets: Uint8Array,
  cuts: readonly number[],
): Uint8Array[] {
  const ends = [...cuts, octets.length];
  return ends.map((end, i) => octets.subarray(i === 0 ? 0 : ends[i - 1], end));
}

/** As `assertEquals`, which takes long for many octets. */
export function assertOctets(actual: Uint8Array, expected: Uint8Array): void {
  const isSame = actual.length === expected.length &&
    actual.every((octet, at) => octet === expected[at]);
  assert(isSame, `${actual.length} octets for ${expected.length}, or others`);
}

/** A text of printable ASCII; one in so many times of anything else. */
export function randomText(
  random: Random,
  maxLength: number,
  rarity: number = 3,
): string {
  const isPlain = rarity === Infinity || !random.oneIn(rarity);
  const length = random.below(maxLength + 1);
  return Array.from(
    { length },
    () =>
      isPlain ? String.fromCharCode(0x20 + random.below(0x5f)) : random.pick([
        "\0",
        "\t",
        "\r",
        "\n",
        " ",
        "%",
        "%e",
        "é",
        "\u{1f600}",
        "\ud800",
        "ÿ",
        String.fromCharCode(random.below(0x1_0000)),
      ]),
  ).join("");
}
