import { escapeMarkup } from "../../page/mod.ts";

/** Pixels that are free at each side of the picture. */
export const MARGIN = 14;

/** A part of the picture, and where it ends. */
export interface Part {
  /** What is drawn. */
  readonly markup: string;
  /** Pixels from the top of the picture. */
  readonly bottom: number;
}

/** A place as text: a tenth is as fine as one sees. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A text at a place. */
export function textAt(
  x: number,
  y: number,
  text: string,
  { kind = "", anchor = "" }: { kind?: string; anchor?: string } = {},
): string {
  const classes = kind === "" ? "" : ` class="${kind}"`;
  const side = anchor === "" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${n(x)}" y="${n(y)}"${classes}${side}>${
    escapeMarkup(text)
  }</text>`;
}

/** A line that is told in words when pointed at. */
export function path(kind: string, d: string, title?: string): string {
  return title === undefined
    ? `<path class="${kind}" d="${d}"/>`
    : `<path class="${kind}" d="${d}"><title>${
      escapeMarkup(title)
    }</title></path>`;
}

/** How wide a letter is, about, in a font of 12. */
const LETTER = 7;

/** The width of a text, about. */
export function widthOf(text: string): number {
  return text.length * LETTER;
}

/** A text in lines that fit; what is left over is cut with an ellipsis. */
export function wrap(text: string, width: number, most: number): string[] {
  const letters = Math.max(8, Math.floor(width / LETTER));
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > letters && lines.length < most - 1) {
    const space = rest.lastIndexOf(" ", letters);
    const end = space > letters / 2 ? space : letters;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  lines.push(fit(rest, letters));
  return lines;
}

/** A text of so many letters at most. */
export function fit(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
