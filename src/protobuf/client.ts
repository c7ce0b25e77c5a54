import type { DescService } from "@bufbuild/protobuf";
import {
  type Channel,
  type Client,
  createClient as createClientOf,
} from "../client/mod.ts";
import {
  serviceDefinition,
  type ServiceDefinitionOf,
} from "./service_definition.ts";

/** A client of a service of protobuf-es: one function for each method. */
export type ProtobufClient<Service extends DescService> = Client<
  ServiceDefinitionOf<Service>
>;

/**
 * Makes a typed client of a service that `protoc-gen-es` version 2 has
 * generated: a function for each method, which takes a message or an init object
 * of it, and returns a promise of the full response, or an async iterable of the
 * responses. The last argument is `CallOptions`: deadline, signal, metadata.
 *
 * Connect calls it `createClient(service, transport)`.
 *
 * @param service What is generated for the service, such as `Greeter`.
 * @param channel The channel to call through.
 * @throws {TypeError} If the service is none, or there is no channel.
 */
export function createClient<Service extends DescService>(
  service: Service,
  channel: Channel,
): ProtobufClient<Service> {
  return createClientOf(serviceDefinition(service), channel);
}
