import { escapeMarkup, jsonOf } from "./printable.ts";
import { PAGE_STYLE } from "./style.ts";

/**
 * A page in HTML, which has no script and asks no network.
 *
 * @param title Its title, as text.
 * @param parts What stands below the title, as markup.
 */
export function pageOf(title: string, parts: readonly string[]): string {
  const text = escapeMarkup(title);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${text}</title><style>${PAGE_STYLE}</style></head>`,
    `<body><h1>${text}</h1>`,
    ...parts,
    "</body></html>\n",
  ].join("\n");
}

/** A value as JSON in a page, for programs that read the file. */
export function dataOf(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${jsonOf(value)}</script>`;
}
