import { refusal } from "../../options/mod.ts";

/**
 * Reads a duration of protobuf's JSON mapping, such as `"1.5s"`, as
 * milliseconds.
 *
 * @throws {TypeError | RangeError} If it is none.
 */
export function parseSeconds(name: string, text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text);
  if (match !== null) return Number(match[1]) * 1_000;
  throw refusal(name, 'seconds such as "1.5s"', text, "string");
}
