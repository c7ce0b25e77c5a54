/** No octets, for whoever has none yet: one array for all, as nothing fits in. */
export const NO_OCTETS: Uint8Array<ArrayBuffer> = new Uint8Array(0);
