import type { DescService } from "@bufbuild/protobuf";
import {
  type Handlers,
  implement as implementOf,
  type Service,
} from "../server/mod.ts";
import { filesOf } from "./descriptor_set.ts";
import {
  serviceDefinition,
  type ServiceDefinitionOf,
} from "./service_definition.ts";

/** The handlers of a service of protobuf-es; what is left out is UNIMPLEMENTED. */
export type ProtobufHandlers<Service extends DescService> = Handlers<
  ServiceDefinitionOf<Service>
>;

/**
 * Implements a service that `protoc-gen-es` version 2 has generated, for
 * `serve`. A handler gets the full request, or an async iterable of them, and a
 * `CallContext`; it answers with a message or an init object of it, a promise of
 * one, or an iterable of them. To end a call with a status, it throws a
 * `GrpcError`.
 *
 * @param service What is generated for the service, such as `Greeter`.
 * @param handlers By the names of the methods in camelCase, such as the methods
 * of a class.
 * @throws {TypeError} If the service is none, or a handler has a name that it
 * has not, or is no function.
 */
export function implement<Desc extends DescService>(
  service: Desc,
  handlers: NoInfer<ProtobufHandlers<Desc>>,
): Service {
  const implemented = implementOf(serviceDefinition(service), handlers);
  return { ...implemented, descriptors: () => filesOf([service.file]) };
}
