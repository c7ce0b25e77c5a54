import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { CallOptions, Channel } from "../../../mod.ts";
import { UsageError } from "../usage_error.ts";
import { hasFiles, type SchemaFiles } from "../schema_flags.ts";
import { LocalSchema, readDescriptorSets } from "./local_schema.ts";
import { ReflectedSchema } from "./reflected_schema.ts";
import type { Schema } from "./schema.ts";

/**
 * The descriptors that the flags name, or those of the server.
 *
 * @throws {UsageError} If a file cannot be used, or there is neither.
 */
export async function openSchema(
  files: SchemaFiles,
  channel: Channel | undefined,
  options: CallOptions = {},
): Promise<Schema> {
  if (hasFiles(files)) return await localSchema(files);
  if (channel !== undefined) return new ReflectedSchema(channel, options);
  throw new UsageError(
    "Expected a target to ask for its descriptors, or --proto, or --descriptor-set",
  );
}

async function localSchema(given: SchemaFiles): Promise<Schema> {
  const all = new Map<string, FileDescriptorProto>();
  const own = readDescriptorSets(given.descriptorSet);
  for (const file of own) all.set(file.name, file);
  if (given.proto.length > 0) {
    const { readProtoSources } = await import("./proto_sources.ts");
    const read = readProtoSources(given);
    for (const [name, file] of read.files) all.set(name, file);
    own.push(...read.own);
  }
  return new LocalSchema(all, own);
}
