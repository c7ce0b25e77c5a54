/**
 * Field sections: assembly of their blocks, HPACK, and the rules of fields.
 *
 * @module
 */
export { HeaderBlockAssembly } from "./header_block.ts";
export { HeaderCodec } from "./header_codec.ts";
export { HEADER_LIMITS, type HeaderLimits } from "./header_limits.ts";
export { listRefusal } from "./list_refusal.ts";
