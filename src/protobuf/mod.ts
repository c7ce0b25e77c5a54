/**
 * Services that protobuf-es has generated (`protoc-gen-es` version 2), served
 * and called as they are.
 *
 * @module
 */
export { createClient, type ProtobufClient } from "./client.ts";
export { descriptorSet } from "./descriptor_set.ts";
export { errorDetail, findDetails } from "./error_details.ts";
export { implement, type ProtobufHandlers } from "./implement.ts";
export {
  type MethodDefinitionOf,
  serviceDefinition,
  type ServiceDefinitionOf,
} from "./service_definition.ts";
