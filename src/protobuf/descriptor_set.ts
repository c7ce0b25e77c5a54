import { create, type DescFile, toBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * The files of descriptors, with all that they import, as a `FileDescriptorSet`:
 * for `reflection` of `@keepalive/grpc/reflection`, and other tools.
 *
 * @param descriptors A registry of protobuf-es, or files, services and messages
 * that `protoc-gen-es` version 2 has generated.
 */
export function descriptorSet(
  descriptors: Iterable<DescFile | { readonly file: DescFile }>,
): Uint8Array {
  const files = [...descriptors].map((each) =>
    "file" in each ? each.file : each
  );
  const file = [...withImports(files)].map(({ proto }) => proto);
  const set = create(FileDescriptorSetSchema, { file });
  return toBinary(FileDescriptorSetSchema, set);
}

/** The same, each file by itself. */
export function filesOf(files: readonly DescFile[]): Uint8Array[] {
  return [...withImports(files)]
    .map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

/** Files, each after those that it imports, as compilers order them. */
function withImports(files: readonly DescFile[]): Set<DescFile> {
  const all = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (all.has(file)) return;
    for (const each of file.dependencies) add(each);
    all.add(file);
  };
  for (const file of files) add(file);
  return all;
}
