import { hex, octets } from "../harness/octets.ts";

const OCTETS = "$octets";
const VALUE = "$value";

/** What JSON cannot say. */
const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["undefined", undefined],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);

/** An input as text that can be kept in a file. */
export function formatInput(input: unknown): string {
  return JSON.stringify(input, (_, value) => {
    if (value instanceof Uint8Array) return { [OCTETS]: hex(value) };
    if (typeof value === "bigint") return { [VALUE]: `${value}n` };
    for (const [name, special] of VALUES) {
      if (Object.is(value, special)) return { [VALUE]: name };
    }
    return value;
  });
}

/** Reads what {@linkcode formatInput} wrote. */
export function parseInput(text: string): unknown {
  return revive(JSON.parse(text));
}

/** By hand, as the reviver of `JSON.parse` drops what is `undefined`. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  if (OCTETS in value) return octets(String(value[OCTETS]));
  if (VALUE in value) {
    const name = String(value[VALUE]);
    return name.endsWith("n") ? BigInt(name.slice(0, -1)) : VALUES.get(name);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, revive(each)]),
  );
}
