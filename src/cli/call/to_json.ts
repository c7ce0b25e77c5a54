import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type JsonValue,
  type Message,
  type Registry,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  type Any,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { visitAnys, visitFloats } from "./visit.ts";

/** How messages become JSON. */
export interface JsonOptions {
  /** Whether fields with their default value are among them. */
  readonly emitDefaults: boolean;
  /** Everything that is known. */
  readonly registry: Registry;
}

/**
 * A message as JSON, in the form that all of Protocol Buffers have. What
 * `google.protobuf.Any` holds and nobody knows is shown as octets in Base64, as
 * grpcurl does. The message is changed on the way.
 */
export function messageToJson(
  schema: DescMessage,
  message: Message,
  { emitDefaults, registry }: JsonOptions,
): JsonValue {
  const reflected = reflect(schema, message);
  visitFloats(reflected, shortest);
  visitAnys(reflected, (any) => wrapUnknown(any, registry, 0));
  return toJson(schema, message, {
    alwaysEmitImplicit: emitDefaults,
    registry: withUnknown(registry),
  });
}

/** The names of the types that `Any` in a message hold. */
export function typesInside(schema: DescMessage, message: Message): string[] {
  const names: string[] = [];
  visitAnys(reflect(schema, message), (any) => names.push(typeNameOf(any)));
  return names;
}

/** The name of a type, out of `type.googleapis.com/google.rpc.ErrorInfo`. */
export function typeNameOf({ typeUrl }: Pick<Any, "typeUrl">): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

/** The shortest number that is the same as a `float`: 1.1, not 1.10000002384. */
function shortest(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

/** Any in Any beyond this are left as they are. */
const DEEPEST = 20;

function wrapUnknown(any: Any, registry: Registry, depth: number): void {
  if (any.typeUrl === "") return;
  const name = typeNameOf(any);
  const known = registry.getMessage(name);
  if (known === undefined) {
    if (!NAME.test(name)) any.typeUrl = "Unknown";
    const standIn = standInFor(typeNameOf(any));
    const init: Record<string, unknown> = {
      error: `${name} is not known; its octets are in @value`,
      value: any.value,
    };
    any.value = toBinary(standIn, create(standIn, init));
    return;
  }
  const inner = fromBinary(known, any.value);
  let isChanged = false;
  visitAnys(reflect(known, inner), (other) => {
    isChanged = true;
    if (depth < DEEPEST) wrapUnknown(other, registry, depth + 1);
  });
  if (isChanged) any.value = toBinary(known, inner);
}

/** A registry that has a stand-in for each message that it does not know. */
function withUnknown(registry: Registry): Registry {
  return {
    ...registry,
    [Symbol.iterator]: () => registry[Symbol.iterator](),
    getMessage: (name) => registry.getMessage(name) ?? standInFor(name),
  };
}

/** "The full name of a message": what else a peer calls a type is no name. */
const NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/** A message of that name with what is to be said of it. */
function standInFor(typeName: string): DescMessage {
  const dot = typeName.lastIndexOf(".");
  const { STRING, BYTES } = FieldDescriptorProto_Type;
  const field = (
    name: string,
    number: number,
    type: FieldDescriptorProto_Type,
  ) => ({
    name,
    jsonName: `@${name}`,
    number,
    type,
    label: FieldDescriptorProto_Label.OPTIONAL,
  });
  const file = create(FileDescriptorProtoSchema, {
    name: "unknown.proto",
    package: typeName.slice(0, Math.max(0, dot)),
    syntax: "proto3",
    messageType: [{
      name: typeName.slice(dot + 1),
      field: [field("error", 1, STRING), field("value", 2, BYTES)],
    }],
  });
  return createFileRegistry(file, () => undefined).getMessage(typeName)!;
}
