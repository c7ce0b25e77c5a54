/** Inputs that are tried in all before the smallest so far is taken. */
const MOST_TRIES = 5_000;

/**
 * Makes an input smaller for as long as it still fails.
 *
 * @param fails Whether an input fails in the same way.
 */
export async function shrink(
  input: unknown,
  fails: (input: unknown) => Promise<boolean>,
): Promise<unknown> {
  let smallest = input;
  let tries = 0;
  let skipped = 0;
  for (;;) {
    // What saves more failed to fail before, and does again in most cases.
    const first = skipped;
    let at = 0;
    let found = false;
    for (const each of smaller(smallest)) {
      if (at++ < first) continue;
      if (++tries > MOST_TRIES) return smallest;
      if (!await fails(each)) continue;
      [smallest, skipped, found] = [each, at - 1, true];
      break;
    }
    if (found) continue;
    if (first === 0) return smallest;
    skipped = 0;
  }
}

/** Inputs a little smaller than one, those that save most first. */
export function* smaller(input: unknown): Generator<unknown> {
  if (input instanceof Uint8Array) yield* smallerOctets(input);
  else if (Array.isArray(input)) yield* smallerList(input);
  else if (typeof input === "string") {
    for (const [start, end] of gaps(input.length)) {
      yield input.slice(0, start) + input.slice(end);
    }
  } else if (typeof input === "number") yield* smallerNumbers(input);
  else if (input === true) yield false;
  else if (typeof input === "object" && input !== null) {
    yield* smallerRecord(input);
  }
}

/** What may be left out of something so long: halves, quarters, single ones. */
function* gaps(length: number): Generator<[start: number, end: number]> {
  for (let size = length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < length; start += size) {
      yield [start, Math.min(start + size, length)];
    }
  }
}

function* smallerOctets(octets: Uint8Array): Generator<Uint8Array> {
  for (const [start, end] of gaps(octets.length)) {
    yield Uint8Array.from([
      ...octets.subarray(0, start),
      ...octets.subarray(end),
    ]);
  }
  for (const [at, octet] of octets.entries()) {
    if (octet === 0) continue;
    const changed = octets.slice();
    changed[at] = 0;
    yield changed;
  }
}

function* smallerList(list: readonly unknown[]): Generator<unknown[]> {
  for (const [start, end] of gaps(list.length)) {
    yield list.toSpliced(start, end - start);
  }
  for (const [at, each] of list.entries()) {
    for (const less of smaller(each)) yield list.with(at, less);
  }
}

function* smallerNumbers(value: number): Generator<number> {
  if (Object.is(value, 0)) return;
  yield 0;
  if (!Number.isFinite(value)) return;
  if (!Number.isInteger(value)) yield Math.trunc(value);
  if (Math.abs(value) > 1) yield Math.trunc(value / 2);
  yield value - Math.sign(value);
}

function* smallerRecord(record: object): Generator<object> {
  for (const key of Object.keys(record)) {
    const { [key]: _, ...rest } = record as Record<string, unknown>;
    yield rest;
  }
  for (const [key, value] of Object.entries(record)) {
    for (const less of smaller(value)) yield { ...record, [key]: less };
  }
}
