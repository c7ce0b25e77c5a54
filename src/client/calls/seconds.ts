/**
 * Reads a duration of protobuf's JSON mapping, such as `"1.5s"`, as
 * milliseconds.
 *
 * @throws {RangeError} If it is none.
 */
export function parseSeconds(name: string, text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text);
  if (match !== null) return Number(match[1]) * 1_000;
  throw new RangeError(
    `Cannot use ${name}: expected seconds such as "1.5s", received "${text}"`,
  );
}
