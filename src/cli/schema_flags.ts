import type { Command } from "commander";
import { makeOption } from "./make_option.ts";
import { UsageError } from "./usage_error.ts";

/** Where descriptors come from: files, or by reflection if there are none. */
export interface SchemaFiles {
  /** Files in the language of Protocol Buffers. */
  readonly proto: readonly string[];
  /** Folders in which they and what they import are looked for. */
  readonly importPath: readonly string[];
  /** Files with a `google.protobuf.FileDescriptorSet`. */
  readonly descriptorSet: readonly string[];
}

/** Flags of a subcommand that knows messages. */
export function addSchemaFlags(command: Command): void {
  const group = "Descriptors, instead of the reflection of the server:";
  const file = { group, placeholder: "file", repeats: true };
  const options = [
    makeOption("proto", "text", "A .proto file; repeatable", file),
    makeOption(
      "import-path",
      "text",
      "Where it and what it imports are looked for; repeatable",
      { group, placeholder: "folder", repeats: true },
    ),
    makeOption(
      "descriptor-set",
      "text",
      "What protoc --descriptor_set_out or buf build writes; repeatable",
      file,
    ),
  ];
  for (const option of options) command.addOption(option);
}

/**
 * What the flags give.
 *
 * @throws {UsageError} If they contradict each other.
 */
export function schemaFilesOf(command: Command): SchemaFiles {
  const { proto = [], importPath = [], descriptorSet = [] } = command.opts();
  if (importPath.length > 0 && proto.length === 0) {
    throw new UsageError("Cannot use --import-path: it goes with --proto");
  }
  return { proto, importPath, descriptorSet };
}

/** Whether no server is asked for descriptors. */
export function hasFiles({ proto, descriptorSet }: SchemaFiles): boolean {
  return proto.length + descriptorSet.length > 0;
}
