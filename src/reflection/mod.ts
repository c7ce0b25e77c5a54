/**
 * Server reflection: tools ask a server for its services and their messages.
 *
 * @module
 */
export type {
  ExtensionRequest,
  ReflectionRequest,
  ReflectionResponse,
} from "./messages.ts";
export {
  reflection,
  ReflectionDefinition,
  type ReflectionMethod,
} from "./reflection.ts";
export type { DescriptorSource } from "./sources.ts";
