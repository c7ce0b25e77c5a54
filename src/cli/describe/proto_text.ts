import {
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescOneof,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  FeatureSet_FieldPresence,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { type Described, usualJsonName } from "../schema/mod.ts";

/** The lines that declare something in a `.proto`, names in full. */
export function protoText(described: Described): string[] {
  switch (described.kind) {
    case "service":
      return serviceText(described);
    case "rpc":
      return [methodText(described)];
    case "message":
      return messageText(described);
    case "enum":
      return enumText(described);
    case "field":
      return [fieldText(described)];
    case "extension":
      return [
        `extend ${described.extendee.typeName} {`,
        `  ${fieldText(described)}`,
        "}",
      ];
  }
}

function serviceText(service: DescService): string[] {
  return [
    `service ${service.name} {`,
    ...service.deprecated ? ["  option deprecated = true;"] : [],
    ...service.methods.map((method) => `  ${methodText(method)}`),
    "}",
  ];
}

function methodText(
  { name, input, output, methodKind, deprecated }: DescMethod,
) {
  const isIn = methodKind === "client_streaming" ||
    methodKind === "bidi_streaming";
  const isOut = methodKind === "server_streaming" ||
    methodKind === "bidi_streaming";
  const request = `${isIn ? "stream " : ""}.${input.typeName}`;
  const response = `${isOut ? "stream " : ""}.${output.typeName}`;
  const end = deprecated ? " { option deprecated = true; }" : ";";
  return `rpc ${name} ( ${request} ) returns ( ${response} )${end}`;
}

function messageText(message: DescMessage): string[] {
  const { nestedEnums, nestedMessages, nestedExtensions } = message;
  const nested = nestedMessages.filter(({ proto }) => !proto.options?.mapEntry);
  return [
    `message ${message.name} {`,
    ...indented([
      ...message.deprecated ? ["option deprecated = true;"] : [],
      ...message.members.flatMap((member) =>
        member.kind === "oneof" ? oneofText(member) : [fieldText(member)]
      ),
      ...nested.flatMap(messageText),
      ...nestedEnums.flatMap(enumText),
      ...nestedExtensions.flatMap(protoText),
      ...rangesOf("extensions", message.proto.extensionRange, 536_870_912),
      ...rangesOf("reserved", message.proto.reservedRange, 536_870_912),
      ...reservedNames(message.proto.reservedName),
    ]),
    "}",
  ];
}

function oneofText(oneof: DescOneof): string[] {
  return [
    `oneof ${oneof.name} {`,
    ...indented(oneof.fields.map((field) => fieldText(field))),
    "}",
  ];
}

function fieldText(field: DescField | DescExtension): string {
  const { name, number } = field;
  const options = fieldOptions(field);
  const list = options.length === 0 ? "" : ` [${options.join(", ")}]`;
  return `${labelOf(field)}${typeOf(field)} ${name} = ${number}${list};`;
}

function labelOf(field: DescField | DescExtension): string {
  if (field.fieldKind === "map") return "";
  if (field.fieldKind === "list") return "repeated ";
  const { LEGACY_REQUIRED } = FeatureSet_FieldPresence;
  if (field.presence === LEGACY_REQUIRED) return "required ";
  const isProto2 = fileOf(field).proto.syntax === "" ||
    fileOf(field).proto.syntax === "proto2";
  const isOptional = field.proto.proto3Optional ||
    isProto2 && field.oneof === undefined;
  return isOptional ? "optional " : "";
}

function fileOf(field: DescField | DescExtension) {
  return field.kind === "field" ? field.parent.file : field.file;
}

function typeOf(field: DescField | DescExtension): string {
  if (field.fieldKind === "map") {
    return `map<${scalarName(field.mapKey)}, ${elementOf(field)}>`;
  }
  return elementOf(field);
}

function elementOf(field: DescField | DescExtension): string {
  if (field.message !== undefined) return `.${field.message.typeName}`;
  if (field.enum !== undefined) return `.${field.enum.typeName}`;
  return scalarName(field.scalar ?? ScalarType.BYTES);
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

function fieldOptions(field: DescField | DescExtension): string[] {
  const { proto, jsonName, deprecated } = field;
  const all: string[] = [];
  if (proto.defaultValue !== "") all.push(`default = ${defaultOf(proto)}`);
  const isUsual = jsonName === usualJsonName(proto.name);
  if (field.kind === "field" && !isUsual) {
    all.push(`json_name = ${JSON.stringify(jsonName)}`);
  }
  if (proto.options !== undefined && "packed" in proto.options) {
    const { packed } = proto.options;
    const isSaid = Object.hasOwn(proto.options, "packed");
    if (isSaid) all.push(`packed = ${packed}`);
  }
  if (deprecated) all.push("deprecated = true");
  return all;
}

function defaultOf({ defaultValue, type }: FieldDescriptorProto): string {
  const TEXTS = [9, 12];
  return TEXTS.includes(type) ? JSON.stringify(defaultValue) : defaultValue;
}

function enumText({ name, proto, values, deprecated }: DescEnum): string[] {
  return [
    `enum ${name} {`,
    ...indented([
      ...proto.options?.allowAlias ? ["option allow_alias = true;"] : [],
      ...deprecated ? ["option deprecated = true;"] : [],
      ...values.map((value) =>
        `${value.name} = ${value.number}${
          value.deprecated ? " [deprecated = true]" : ""
        };`
      ),
      ...rangesOf(
        "reserved",
        proto.reservedRange.map(({ start, end }) => ({ start, end: end + 1 })),
        2_147_483_648,
      ),
      ...reservedNames(proto.reservedName),
    ]),
    "}",
  ];
}

/** Ranges, whose ends are exclusive. */
function rangesOf(
  word: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
  beyond: number,
): string[] {
  if (ranges.length === 0) return [];
  const texts = ranges.map(({ start, end }) => {
    if (end === start + 1) return String(start);
    return `${start} to ${end === beyond ? "max" : end - 1}`;
  });
  return [`${word} ${texts.join(", ")};`];
}

function reservedNames(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`reserved ${names.map((name) => JSON.stringify(name)).join(", ")};`];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
