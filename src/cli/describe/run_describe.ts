import { toJson } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { colours } from "../colours.ts";
import { toJsonText } from "../json.ts";
import { printLine } from "../output.ts";
import { printable } from "../../page/mod.ts";
import { type Described, find } from "../schema/mod.ts";
import type { SchemaSettings } from "../schema_arguments.ts";
import { withSchema } from "../with_schema.ts";
import { protoText } from "./proto_text.ts";

/** Describes; resolves to the exit status. */
export async function run(settings: SchemaSettings): Promise<number> {
  return await withSchema(settings, async (schema) => {
    const { symbol, json } = settings;
    const names = symbol === undefined ? await schema.services() : [symbol];
    for (const name of names) {
      const found = await find(schema, name);
      if (json) printLine(toJsonText(descriptorOf(found)));
      else tell(found);
    }
  });
}

function tell(found: Described): void {
  printLine(colours.dim(`// ${printable(found.toString())}`));
  const all = found.kind === "rpc"
    ? [found, ...new Set([found.input, found.output])]
    : [found];
  for (const each of all) {
    for (const line of protoText(each)) printLine(printable(line));
  }
}

function descriptorOf(found: Described): unknown {
  switch (found.kind) {
    case "service":
      return toJson(ServiceDescriptorProtoSchema, found.proto);
    case "rpc":
      return toJson(MethodDescriptorProtoSchema, found.proto);
    case "message":
      return toJson(DescriptorProtoSchema, found.proto);
    case "enum":
      return toJson(EnumDescriptorProtoSchema, found.proto);
    case "field":
    case "extension":
      return toJson(FieldDescriptorProtoSchema, found.proto);
  }
}
