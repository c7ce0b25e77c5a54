/**
 * What a terminal obeys instead of showing: control characters, direction
 * marks and the like (Unicode categories Cc, Cf, Cs, Co, Zl, Zp).
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
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
