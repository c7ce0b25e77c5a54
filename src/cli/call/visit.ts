import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { Any } from "@bufbuild/protobuf/wkt";

/** These are JSON already. */
const JSON_TYPES: readonly string[] = [
  "google.protobuf.Struct",
  "google.protobuf.Value",
  "google.protobuf.ListValue",
];

/** Calls back with each `google.protobuf.Any` in a message, and changes it. */
export function visitAnys(
  message: ReflectMessage,
  visit: (any: Any) => void,
): void {
  walk(message, ({ desc, message }) => {
    if (desc.typeName === "google.protobuf.Any") visit(message as Any);
  });
}

/** Replaces each `float` in a message. */
export function visitFloats(
  message: ReflectMessage,
  replace: (value: number) => number,
): void {
  walk(message, (each) => {
    for (const field of each.fields) {
      if (isFloat(field) && each.isSet(field)) replaceIn(each, field, replace);
    }
  });
}

function isFloat(field: DescField): boolean {
  return "scalar" in field && field.scalar === ScalarType.FLOAT ||
    field.message?.typeName === "google.protobuf.FloatValue" &&
      field.fieldKind === "message";
}

function replaceIn(
  message: ReflectMessage,
  field: DescField,
  replace: (value: number) => number,
): void {
  if (field.fieldKind === "scalar") {
    return message.set(field, replace(message.get(field) as number));
  }
  if (field.fieldKind === "list") {
    const list = message.get(field);
    for (let i = 0; i < list.size; i++) {
      list.set(i, replace(list.get(i) as number));
    }
  } else if (field.fieldKind === "map") {
    const map = message.get(field);
    for (const [key, value] of [...map]) {
      map.set(key, replace(value as number));
    }
  } else if (field.fieldKind === "message") {
    const wrapper = message.get(field);
    const [inner] = wrapper.fields;
    wrapper.set(inner, replace(wrapper.get(inner) as number));
    message.set(field, wrapper);
  }
}

/** Calls back with a message and all in it, without going down a stack. */
function walk(
  root: ReflectMessage,
  visit: (message: ReflectMessage) => void,
): void {
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    visit(next);
    if (JSON_TYPES.includes(next.desc.typeName)) continue;
    for (const field of next.fields) {
      if (field.message !== undefined && next.isSet(field)) {
        open.push(...messagesOf(next, field));
      }
    }
  }
}

function messagesOf(
  message: ReflectMessage,
  field: DescField,
): ReflectMessage[] {
  switch (field.fieldKind) {
    case "message":
      return [message.get(field)];
    case "list":
      return [...message.get(field)] as ReflectMessage[];
    case "map":
      return [...message.get(field)].map(([, value]) =>
        value as ReflectMessage
      );
    default:
      return [];
  }
}
