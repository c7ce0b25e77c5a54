/**
 * Server reflection: tools ask a server for its services and their messages.
 *
 * @module
 */
export { reflection } from "./reflection.ts";
export type { DescriptorSource } from "./sources.ts";
