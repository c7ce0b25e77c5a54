import type { MethodDefinition } from "../grpc/mod.ts";
import { implement, type Service } from "../server/mod.ts";
import { Answering } from "./answer.ts";
import {
  type ReflectionRequest,
  type ReflectionResponse,
  RequestType,
  ResponseType,
} from "./messages.ts";
import { OWN_FILES } from "./own_files.ts";
import { type DescriptorSource, indexOf } from "./sources.ts";

/** A stream of questions, and a stream of answers in their order. */
export interface ReflectionMethod
  extends MethodDefinition<ReflectionRequest, ReflectionResponse> {
  /** It has. */
  readonly requestStream: true;
  /** It has. */
  readonly responseStream: true;
}

/**
 * The method of both versions, which only differ in their paths, for clients too.
 *
 * @example The services of a server
 * ```ts
 * import { Channel, createClient } from "@keepalive/grpc";
 * import { ReflectionDefinition } from "@keepalive/grpc/reflection";
 *
 * await using channel = new Channel("localhost:50051");
 * const { v1 } = createClient(ReflectionDefinition, channel);
 * const services = async () => {
 *   for await (const answer of v1([{ listServices: "" }])) {
 *     return answer.listServicesResponse?.service.map(({ name }) => name);
 *   }
 * };
 * ```
 */
export const ReflectionDefinition: {
  /** `grpc.reflection.v1.ServerReflection`. */
  readonly v1: ReflectionMethod;
  /** `grpc.reflection.v1alpha.ServerReflection`, which older servers have. */
  readonly v1alpha: ReflectionMethod;
} = { v1: method("v1"), v1alpha: method("v1alpha") };

/**
 * Serves the descriptors of services, for tools such as `grpcurl`, Postman and
 * Kreya:
 * {@link https://github.com/grpc/grpc/blob/master/doc/server-reflection.md | server reflection},
 * v1 and v1alpha. grpc-go calls it `reflection.Register`, grpc-java
 * `ProtoReflectionServiceV1`.
 *
 * The index is made here and once; a response has what the file that was asked
 * for stands on as well, as far as the stream has not had it, up to 1 MiB: a
 * client asks for more by name.
 *
 * @example With a descriptor set
 * ```ts ignore
 * // npx @bufbuild/buf build -o descriptors.binpb
 * import { serve } from "@keepalive/grpc";
 * import { reflection } from "@keepalive/grpc/reflection";
 *
 * const descriptors = Deno.readFileSync("descriptors.binpb");
 * serve({ port: 50_051 }, [greeter, reflection(descriptors)]);
 * ```
 *
 * @param sources Descriptor sets (`FileDescriptorSet`, with their imports), and
 * services that have their descriptors with them: those of `implement` of
 * `@keepalive/grpc/protobuf`, and of definitions that `@grpc/proto-loader` has
 * read, are found. The services of all of them are listed.
 * @throws {TypeError} If something is no source, or a service has no descriptors.
 * @throws {RangeError} If descriptors are malformed, lack imports, or contradict
 * each other.
 */
export function reflection(...sources: readonly DescriptorSource[]): Service {
  const index = indexOf(sources, OWN_FILES());
  async function* answer(requests: AsyncIterable<ReflectionRequest>) {
    const answering = new Answering(index);
    for await (const request of requests) yield answering.answer(request);
  }
  const service = implement(ReflectionDefinition, {
    v1: answer,
    v1alpha: answer,
  });
  return { ...service, descriptors: OWN_FILES };
}

function method(version: string): ReflectionMethod {
  return {
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    requestStream: true,
    responseStream: true,
    requestSerialize: (request) => RequestType.encode(request),
    requestDeserialize: (octets) => RequestType.decode(octets),
    responseSerialize: (response) => ResponseType.encode(response),
    responseDeserialize: (octets) => ResponseType.decode(octets),
  };
}
