import type { JsonValue } from "@bufbuild/protobuf";
import { UsageError } from "../usage_error.ts";

const SPACE = " \t\r\n";

/**
 * The JSON values in a text that comes in pieces, each as soon as it is whole.
 *
 * @throws {UsageError} If something is no JSON.
 */
export async function* jsonValues(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<JsonValue> {
  const splitter = new Splitter();
  let count = 0;
  for await (const piece of pieces) {
    for (const text of splitter.add(piece)) yield parse(text, ++count);
  }
  const rest = splitter.rest();
  if (rest !== "") yield parse(rest, ++count);
}

/** Finds where values end, without reading them. */
class Splitter {
  #text = "";
  #at = 0;
  #depth = 0;
  #quoted = false;
  #escaped = false;

  *add(piece: string): Generator<string> {
    this.#text += piece;
    while (this.#at < this.#text.length) {
      const isWhole = this.#step(this.#text[this.#at]);
      if (!isWhole) continue;
      const value = this.#text.slice(0, this.#at).trim();
      this.#text = this.#text.slice(this.#at);
      this.#at = 0;
      if (value !== "") yield value;
    }
  }

  rest(): string {
    return this.#text.trim();
  }

  /** Goes on by a character; returns whether a value ends before the next. */
  #step(character: string): boolean {
    if (this.#quoted) return this.#stepInText(character);
    const isTop = this.#depth === 0;
    const begins = character === '"' || character === "{" || character === "[";
    if (isTop && begins && this.#text.slice(0, this.#at).trim() !== "") {
      return true;
    }
    this.#at++;
    if (character === '"') this.#quoted = true;
    else if (character === "{" || character === "[") this.#depth++;
    else if (character === "}" || character === "]") {
      this.#depth = Math.max(0, this.#depth - 1);
      return this.#depth === 0;
    } else return isTop && SPACE.includes(character);
    return false;
  }

  #stepInText(character: string): boolean {
    this.#at++;
    if (this.#escaped) this.#escaped = false;
    else if (character === "\\") this.#escaped = true;
    else if (character === '"') this.#quoted = false;
    return !this.#quoted && this.#depth === 0;
  }
}

function parse(text: string, number: number): JsonValue {
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`Message ${number} is no JSON: ${message}`);
  }
}

/** A 64-bit integer without quotes would lose its last digits as a number. */
function keepDigits(
  _: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source ?? "";
  const isLarge = typeof value === "number" && !Number.isSafeInteger(value);
  return isLarge && /^-?\d+$/.test(source) ? source : value;
}
