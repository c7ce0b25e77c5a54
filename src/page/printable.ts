/**
 * What a terminal or a page obeys instead of showing: control characters,
 * direction marks and the like (Unicode categories Cc, Cf, Cs, Co, Zl, Zp).
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A text for people, who may have it from a peer: what does not print is
 * escaped, such as `\n`, `\x1b` and `\u{202e}`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0)!;
    return SHORT[character] ??
      (code < 0x100
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u{${code.toString(16)}}`);
  });
}

/** A text within XML or HTML, also within quotes. */
export function escapeMarkup(text: string): string {
  return printable(text).replace(
    /[&<>"']/g,
    (character) => ENTITIES[character],
  );
}

/** JSON whose value is the same, with what does not print escaped. */
export function printableJson(json: string): string {
  return json.replace(
    UNPRINTABLE,
    (character) =>
      Array.from(
        { length: character.length },
        (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}

/**
 * JSON of a value, on one line: with what does not print escaped, and without a
 * `<`, so that it may stand in a page. What JSON has no number for is a text:
 * `"Infinity"`.
 */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value, (_, each) => {
    if (typeof each === "number" && !Number.isFinite(each)) return `${each}`;
    return each instanceof Error
      ? { name: each.name, message: each.message }
      : each;
  });
  return printableJson(json).replace(/</g, "\\u003c");
}
