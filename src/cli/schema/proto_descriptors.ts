import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import { usualJsonName } from "./json_name.ts";

/** What the parser does not keep with what a file declares. */
export interface ProtoFile {
  readonly name: string;
  readonly package: string;
  readonly imports: readonly string[];
  /** `proto2`, `proto3`, or an edition such as `2023`. */
  readonly edition: string;
}

/** The descriptor of a file out of what the parser has made of it. */
export function fileDescriptor(
  root: protobuf.Root,
  file: ProtoFile,
): FileDescriptorProto {
  const namespace = file.package === "" ? root : root.lookup(file.package);
  const all = (namespace as protobuf.Namespace).nestedArray
    .filter(({ filename }) => filename === file.name);
  const isSyntax = file.edition.startsWith("proto");
  return fromJson(FileDescriptorProtoSchema, {
    name: file.name,
    package: file.package,
    dependency: [...file.imports],
    ...(isSyntax
      ? { syntax: file.edition }
      : { syntax: "editions", edition: `EDITION_${file.edition}` }),
    ...declarations(all, file.edition),
    service: all.filter((each) => each instanceof protobuf.Service)
      .map(service),
  }, { ignoreUnknownFields: true });
}

function declarations(
  all: readonly protobuf.ReflectionObject[],
  edition: string,
): JsonObject {
  return {
    messageType: all.filter((each) => each instanceof protobuf.Type)
      .map((type) => message(type, edition)),
    enumType: all.filter((each) => each instanceof protobuf.Enum)
      .map(enumeration),
    extension: all.filter((each) => each instanceof protobuf.Field)
      .map((each) => field(each, edition)),
  };
}

function message(type: protobuf.Type, edition: string): JsonObject {
  const { messageType, ...others } = declarations(type.nestedArray, edition);
  // An extension that was found to extend this is no field of its own.
  const fields = type.fieldsArray.filter(({ declaringField }) =>
    declaringField === null
  );
  const maps = fields.filter((each) => each instanceof protobuf.MapField);
  return {
    name: type.name,
    field: fields.map((each) => field(each, edition)),
    oneofDecl: type.oneofsArray.map(({ name }) => ({ name })),
    nestedType: [...messageType as JsonObject[], ...maps.map(mapEntry)],
    ...others,
    extensionRange: rangesOf(type.extensions, 1),
    reservedRange: rangesOf(type.reserved, 1),
    reservedName: namesOf(type.reserved),
    options: options(type),
  };
}

/** "map<key_type, value_type> map_field" is a repeated nested message. */
function mapEntry(map: protobuf.MapField): JsonObject {
  const key = typeOf(map.keyType, null, false);
  const value = typeOf(map.type, map.resolvedType, false);
  const label = "LABEL_OPTIONAL";
  return {
    name: entryName(map),
    field: [
      { name: "key", number: 1, label, ...key },
      { name: "value", number: 2, label, ...value },
    ],
    options: { mapEntry: true },
  };
}

/** As protoc has it: `counts_by_name` has a `CountsByNameEntry`. */
function entryName({ name }: protobuf.MapField): string {
  const camel = name.replaceAll(
    /(?:^|_)([a-z0-9])/g,
    (_, c) => c.toUpperCase(),
  );
  return `${camel.replaceAll("_", "")}Entry`;
}

function field(given: protobuf.Field, edition: string): JsonObject {
  const isMap = given instanceof protobuf.MapField;
  const { name, id: number, extend, partOf, parent } = given;
  const owner = parent instanceof protobuf.Type ? parent : undefined;
  const type = isMap
    ? {
      type: "TYPE_MESSAGE",
      typeName: `${owner?.fullName}.${entryName(given)}`,
    }
    : typeOf(given.type, given.resolvedType, isDelimited(given));
  const { json_name: jsonName, default: fallback, proto3_optional } =
    given.options ?? {};
  return {
    name,
    number,
    ...type,
    label: labelOf(given, isMap, edition),
    ...(extend === undefined ? {} : { extendee: extendee(given) }),
    ...(partOf ? { oneofIndex: owner?.oneofsArray.indexOf(partOf) ?? 0 } : {}),
    jsonName: jsonName ?? usualJsonName(name),
    ...(fallback == null ? {} : { defaultValue: String(fallback) }),
    ...(proto3_optional ? { proto3Optional: true } : {}),
    options: options(given),
  };
}

/** A group, which the types of the parser's package do not tell. */
function isDelimited({ resolvedType }: protobuf.Field): boolean {
  const type: { group?: boolean } = Object(resolvedType);
  return type.group === true;
}

function labelOf(
  given: protobuf.Field,
  isMap: boolean,
  edition: string,
): string {
  if (isMap || given.repeated) return "LABEL_REPEATED";
  const isRequired = given.required && edition === "proto2";
  return isRequired ? "LABEL_REQUIRED" : "LABEL_OPTIONAL";
}

function extendee({ extensionField, extend }: protobuf.Field): string {
  return extensionField?.parent?.fullName ?? `.${extend}`;
}

function typeOf(
  name: string,
  resolved: protobuf.Type | protobuf.Enum | null,
  isGroup: boolean,
): JsonObject {
  if (resolved === null) return { type: `TYPE_${name.toUpperCase()}` };
  const typeName = resolved.fullName;
  if (resolved instanceof protobuf.Enum) return { type: "TYPE_ENUM", typeName };
  return { type: isGroup ? "TYPE_GROUP" : "TYPE_MESSAGE", typeName };
}

type Reserved = readonly (number[] | string)[] | undefined;

/** Ranges of numbers; those of messages end one after their last. */
function rangesOf(reserved: Reserved, after: number): JsonObject[] {
  return (reserved ?? []).filter((each) => typeof each !== "string")
    .map(([start, end]) => ({ start, end: end + after }));
}

function namesOf(reserved: Reserved): string[] {
  return (reserved ?? []).filter((each) => typeof each === "string");
}

function enumeration(given: protobuf.Enum): JsonObject {
  return {
    name: given.name,
    value: Object.entries(given.values)
      .map(([name, number]) => ({ name, number })),
    reservedRange: rangesOf(given.reserved, 0),
    reservedName: namesOf(given.reserved),
    options: options(given),
  };
}

function service(given: protobuf.Service): JsonObject {
  return {
    name: given.name,
    method: given.methodsArray.map((method) => ({
      name: method.name,
      inputType: method.resolvedRequestType?.fullName ?? method.requestType,
      outputType: method.resolvedResponseType?.fullName ?? method.responseType,
      clientStreaming: method.requestStream === true,
      serverStreaming: method.responseStream === true,
      options: options(method),
    })),
    options: options(given),
  };
}

/** Those that matter to messages and readers; the parser knows no types. */
const OPTIONS = ["packed", "deprecated", "allow_alias", "features"];

function options(given: protobuf.ReflectionObject): JsonObject {
  const known = Object.entries(given.options ?? {})
    .filter(([name]) => OPTIONS.includes(name));
  return Object.fromEntries(known);
}
