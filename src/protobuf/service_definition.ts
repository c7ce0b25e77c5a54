import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { MethodDefinition } from "../grpc/mod.ts";

/** The definition of a method: what is sent may leave fields out. */
export type MethodDefinitionOf<Method extends DescMethod> =
  & MethodDefinition<
    MessageInitShape<Method["input"]>,
    MessageInitShape<Method["output"]>,
    MessageShape<Method["input"]>,
    MessageShape<Method["output"]>
  >
  & {
    readonly requestStream: {
      unary: false;
      server_streaming: false;
      client_streaming: true;
      bidi_streaming: true;
    }[Method["methodKind"]];
    readonly responseStream: {
      unary: false;
      server_streaming: true;
      client_streaming: false;
      bidi_streaming: true;
    }[Method["methodKind"]];
  };

/** The definition of a service, by the names that `protoc-gen-es` gives. */
export type ServiceDefinitionOf<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]: MethodDefinitionOf<
    Service["method"][Name]
  >;
};

const definitions = new WeakMap<
  DescService,
  ServiceDefinitionOf<DescService>
>();

/**
 * The definition of a service that `protoc-gen-es` version 2 has generated, in
 * the shape of grpc-js that all else here takes, such as `Channel.unary` and
 * interceptors. The same service gives the same definition.
 *
 * @param service What is generated for the service, such as `Greeter`.
 * @throws {TypeError} If it is none.
 */
export function serviceDefinition<Service extends DescService>(
  service: Service,
): ServiceDefinitionOf<Service> {
  requireService(service);
  let definition = definitions.get(service);
  if (definition === undefined) {
    definition = Object.fromEntries(
      Object.entries(service.method).map(([name, method]) => [
        name,
        methodDefinition(method),
      ]),
    );
    definitions.set(service, definition);
  }
  return definition as ServiceDefinitionOf<Service>;
}

function methodDefinition(method: DescMethod): MethodDefinitionOf<DescMethod> {
  const { parent, name, input, output, methodKind } = method;
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: methodKind === "client_streaming" ||
      methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" ||
      methodKind === "bidi_streaming",
    requestSerialize: (init) => encode(input, init),
    requestDeserialize: (octets) => fromBinary(input, octets),
    responseSerialize: (init) => encode(output, init),
    responseDeserialize: (octets) => fromBinary(output, octets),
  };
}

function encode(
  schema: DescMessage,
  init: MessageInitShape<DescMessage>,
): Uint8Array {
  return toBinary(schema, create(schema, init));
}

function requireService(service: DescService): void {
  if (
    typeof service === "object" && service !== null &&
    service.kind === "service" && typeof service.method === "object"
  ) return;
  throw new TypeError(
    `Cannot use the service: expected what protoc-gen-es version 2 generates for a service, received ${
      describe(service)
    }`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "function") {
    return "a function (version 1 generates classes: generate anew with version 2)";
  }
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind === "string") return `a descriptor of kind "${kind}"`;
  if (isDefinition(value)) {
    return "a service definition as code generators for grpc-js emit it: that is for the function of the same name in @keepalive/grpc";
  }
  return value === null ? "null" : typeof value;
}

function isDefinition(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [method] = Object.values(value);
  return typeof method?.path === "string";
}
