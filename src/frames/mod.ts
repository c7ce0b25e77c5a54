/**
 * HTTP/2 frames: the door of the folder. See `public.ts` for what is published.
 *
 * @module
 */
export * from "./public.ts";
export { MAX_UINT31 } from "./frame_header.ts";
export { readUint32, writeUint32 } from "./octets.ts";
export { reuseShortData } from "./short_data.ts";
