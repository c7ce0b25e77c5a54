import type { EncodableHeaderField } from "./header_field.ts";
import type { Indexing } from "./indexing.ts";
import { firstWideCharacter } from "./latin1.ts";

/** Refuses what is not a header field. Values are not shown: they may be secret. */
export function requireField(
  field: EncodableHeaderField,
  position: number,
): void {
  if (
    !Array.isArray(field) || typeof field[0] !== "string" ||
    typeof field[1] !== "string"
  ) {
    throw new TypeError(
      `Cannot encode header field ${position}: expected [name, value] of strings, received ${
        shapeOf(field)
      }`,
    );
  }
  if (field.length > 2 && typeof field[2]?.sensitive !== "boolean") {
    throw new TypeError(
      `Cannot encode header field ${position} (${
        field[0]
      }): expected attributes { sensitive: boolean }, received ${
        shapeOf(field[2])
      }`,
    );
  }
}

/** Refuses strings with characters that are no octets. */
export function requireOctets(name: string, value: string): void {
  requireOctetString(name, "name", name);
  requireOctetString(name, "value", value);
}

/** Refuses what a policy answered if it is not an {@linkcode Indexing}. */
export function requireIndexing(name: string, indexing: Indexing): void {
  if (
    indexing !== "incremental" && indexing !== "none" && indexing !== "never"
  ) {
    throw new TypeError(
      `Cannot encode header field ${name}: expected the indexing policy to answer "incremental", "none" or "never", received ${
        String(indexing)
      }`,
    );
  }
}

/** Refuses what is no header block. */
export function requireBlock(block: Uint8Array): void {
  if (!(block instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot decode the header block: expected a Uint8Array, received ${typeof block}`,
    );
  }
}

function requireOctetString(name: string, part: string, text: string): void {
  const position = firstWideCharacter(text);
  if (position < 0) return;
  const code = text.charCodeAt(position).toString(16).toUpperCase();
  throw new TypeError(
    `Cannot encode header field ${name}: expected characters up to U+00FF in the ${part}, received U+${
      code.padStart(4, "0")
    } at position ${position}`,
  );
}

function shapeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    return `[${value.map((part) => typeof part).join(", ")}]`;
  }
  if (typeof value !== "object") return typeof value;
  return `an object with keys [${Object.keys(value).join(", ")}]`;
}
