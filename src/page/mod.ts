/**
 * Pages in HTML: how they look, and how text of others stands in them.
 *
 * @module
 */
export { dataOf, pageOf } from "./page.ts";
export { escapeMarkup, jsonOf, printable, printableJson } from "./printable.ts";
