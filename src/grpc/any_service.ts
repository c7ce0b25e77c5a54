import type { MethodDefinition, ServiceDefinition } from "./method.ts";
import type { PartialMessage } from "./partial_message.ts";

/**
 * A service as ts-proto emits it with `outputServices=generic-definitions`, for
 * nice-grpc and others.
 */
export interface GenericServiceDefinition {
  /** Its name, with that of its package. */
  readonly fullName: string;
  /** Its methods. */
  readonly methods: Readonly<
    Record<string, {
      /** Its name in the `.proto`. */
      readonly name: string;
      /** What encodes and decodes the requests. */
      // deno-lint-ignore no-explicit-any
      readonly requestType: any;
      /** Whether the client sends a stream of messages. */
      readonly requestStream: boolean;
      /** What encodes and decodes the responses. */
      // deno-lint-ignore no-explicit-any
      readonly responseType: any;
      /** Whether the server sends a stream of messages. */
      readonly responseStream: boolean;
    }>
  >;
}

/**
 * The constructor of a client of grpc-js, which carries the definition: what
 * `loadPackageDefinition` has for a service, and ts-proto's `…Client`.
 */
export interface ServiceConstructor {
  /** Not called here. */
  // deno-lint-ignore no-explicit-any
  new (...args: any): unknown;
  /** The definition. */
  readonly service: ServiceDefinition;
}

/** A service in any of the shapes that code generators emit. */
export type AnyService =
  | ServiceDefinition
  | GenericServiceDefinition
  | ServiceConstructor;

/**
 * The definition of a service in any shape, in that of grpc-js. Types of
 * proto-loader know whether a method streams from the client only: of its
 * functions, what they return can be read, or written to. Where any name may be
 * a method's, as grpc_tools_node_protoc_ts has it, those count that are named.
 * The exact types of ts-proto depend on the argument: what is inferred of them
 * takes no message, and what may be given follows from what is decoded.
 */
export type DefinitionOf<Service> = Service extends {
  // deno-lint-ignore no-explicit-any
  new (...args: any): infer Client;
  readonly service: infer Definition;
} ? {
    readonly [
      Name in keyof Definition as string extends Name ? never : Name
    ]: Definition[Name] extends MethodDefinition<
      infer RequestIn,
      infer ResponseIn,
      infer RequestOut,
      infer ResponseOut
    > ? boolean extends Definition[Name]["requestStream"] ?
          & MethodDefinition<RequestIn, ResponseIn, RequestOut, ResponseOut>
          & (Name extends keyof Client
            // deno-lint-ignore no-explicit-any
            ? Client[Name] extends (...args: any) => infer Started ? {
                readonly requestStream: "write" extends keyof Started ? true
                  : false;
                readonly responseStream: "read" extends keyof Started ? true
                  : false;
              }
            : never
            : never)
      : Definition[Name]
      : never;
  }
  : Service extends GenericServiceDefinition ? {
      readonly [Name in keyof Service["methods"]]:
        Service["methods"][Name] extends {
          readonly requestType: {
            decode(octets: Uint8Array): infer RequestOut;
            fromPartial(partial: infer RequestIn): unknown;
          };
          readonly responseType: {
            decode(octets: Uint8Array): infer ResponseOut;
            fromPartial(partial: infer ResponseIn): unknown;
          };
          readonly requestStream: infer RequestStream;
          readonly responseStream: infer ResponseStream;
        } ?
            & MethodDefinition<
              [RequestOut] extends [RequestIn] ? RequestIn
                : PartialMessage<RequestOut>,
              [ResponseOut] extends [ResponseIn] ? ResponseIn
                : PartialMessage<ResponseOut>,
              RequestOut,
              ResponseOut
            >
            & {
              readonly requestStream: RequestStream;
              readonly responseStream: ResponseStream;
            }
          : never;
    }
  : Service extends ServiceDefinition ? string extends keyof Service ? {
        readonly [
          Name in keyof Service as string extends Name ? never
            : number extends Name ? never
            : Name
        ]: Service[Name];
      } extends infer Named ? keyof Named extends never ? Service : Named
      : never
    : Service
  : never;

/** What encodes and decodes the messages of a type, as ts-proto generates it. */
interface MessageCodec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(octets: Uint8Array): unknown;
  fromPartial?(partial: unknown): unknown;
}

/** The definition of a service, whatever shape it has; what is none is kept. */
export function toServiceDefinition(service: AnyService): ServiceDefinition {
  if (isConstructor(service)) return service.service;
  return isGeneric(service) ? fromGeneric(service) : service;
}

function isConstructor(service: AnyService): service is ServiceConstructor {
  return typeof service === "function" && typeof service.service === "object";
}

function isGeneric(
  service: Exclude<AnyService, ServiceConstructor>,
): service is GenericServiceDefinition {
  return typeof service === "object" && service !== null &&
    typeof service.fullName === "string" &&
    typeof service.methods === "object" && service.methods !== null;
}

function fromGeneric(
  { fullName, methods }: GenericServiceDefinition,
): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      methodOf(fullName, Object(method)),
    ]),
  );
}

/** What a method lacks is lacking in its definition, too, and refused there. */
function methodOf(
  fullName: string,
  method: GenericServiceDefinition["methods"][string],
): ServiceDefinition[string] {
  const { name, requestType, responseType } = method;
  return {
    path: typeof name === "string" ? `/${fullName}/${name}` : name,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: serializerOf(requestType),
    requestDeserialize: deserializerOf(requestType),
    responseSerialize: serializerOf(responseType),
    responseDeserialize: deserializerOf(responseType),
  };
}

function serializerOf(codec: MessageCodec): (value: unknown) => Uint8Array {
  const given = Object(codec);
  if (typeof given.encode !== "function") return given.encode;
  return (value) => codec.encode(codec.fromPartial?.(value) ?? value).finish();
}

function deserializerOf(codec: MessageCodec): (octets: Uint8Array) => unknown {
  const given = Object(codec);
  if (typeof given.decode !== "function") return given.decode;
  return (octets) => codec.decode(octets);
}
