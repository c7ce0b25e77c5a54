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
  const known = registry.getMessage(typeNameOf(any));
  if (known === undefined) {
    any.value = toBinary(
      UNKNOWN,
      create(UNKNOWN, {
        error: `${typeNameOf(any)} is not known; its octets are in @value`,
        value: any.value,
      } as Record<string, unknown>),
    );
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
    getMessage: (name) => registry.getMessage(name) ?? UNKNOWN,
  };
}

const UNKNOWN = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: "unknown.proto",
    syntax: "proto3",
    messageType: [{
      name: "Unknown",
      field: [
        {
          name: "error",
          jsonName: "@error",
          number: 1,
          type: FieldDescriptorProto_Type.STRING,
          label: FieldDescriptorProto_Label.OPTIONAL,
        },
        {
          name: "value",
          jsonName: "@value",
          number: 2,
          type: FieldDescriptorProto_Type.BYTES,
          label: FieldDescriptorProto_Label.OPTIONAL,
        },
      ],
    }],
  }),
  () => undefined,
).getMessage("Unknown")!;
