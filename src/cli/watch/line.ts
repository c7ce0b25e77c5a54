import { colours } from "../colours.ts";

/** What a piece of a line looks like; it says nothing that the text does not. */
export type Tone = "plain" | "strong" | "dim" | "good" | "warning" | "bad";

/** A piece of a line. */
export type Piece = readonly [text: string, tone?: Tone];

/** A line of the screen. */
export type Line = readonly Piece[];

const PAINT: Readonly<Record<Tone, (text: string) => string>> = {
  plain: (text) => text,
  strong: colours.bold,
  dim: colours.dim,
  good: colours.green,
  warning: colours.yellow,
  bad: colours.red,
};

/** A line in colours, cut at the width of the screen. */
export function paint(line: Line, columns: number): string {
  let left = columns;
  let painted = "";
  for (const [text, tone = "plain"] of line) {
    const characters = [...text];
    const isCut = characters.length > left;
    const kept = isCut
      ? characters.slice(0, Math.max(0, left - 1)).join("") +
        (left > 0 ? "…" : "")
      : text;
    painted += kept === "" ? "" : PAINT[tone](kept);
    left -= characters.length;
    if (left <= 0) break;
  }
  return painted;
}
