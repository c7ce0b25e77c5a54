/**
 * HPACK: the door of the folder. See `public.ts` for what is published.
 *
 * @module
 */
export * from "./public.ts";
export { fieldSize, listSize } from "./dynamic_table.ts";
export { requireField, requireOctets } from "./validation.ts";
