/**
 * Descriptors of services and messages: by reflection, out of `.proto` files,
 * out of descriptor sets.
 *
 * @module
 */
export { usualJsonName } from "./json_name.ts";
export { openSchema } from "./open_schema.ts";
export { type Described, find, type Schema } from "./schema.ts";
