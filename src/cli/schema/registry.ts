import {
  createFileRegistry,
  type DescFile,
  type FileRegistry,
} from "@bufbuild/protobuf";
import * as wellKnown from "@bufbuild/protobuf/wkt";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** The files of Google that come along: `google/protobuf/timestamp.proto` …. */
export const WELL_KNOWN: ReadonlyMap<string, FileDescriptorProto> = new Map(
  Object.values(wellKnown)
    .filter((each): each is DescFile =>
      typeof each === "object" && "kind" in each && each.kind === "file"
    )
    .map(({ proto }) => [proto.name, proto]),
);

/** The names of files that some files import and that are not among them. */
export function missing(
  files: ReadonlyMap<string, FileDescriptorProto>,
): string[] {
  const wanted = [...files.values()].flatMap(({ dependency }) => dependency);
  return [...new Set(wanted)].filter((name) => !files.has(name));
}

/**
 * A registry of files, which must have all that they import.
 *
 * @throws {Error} If they are no good descriptors.
 */
export function registryOf(
  files: ReadonlyMap<string, FileDescriptorProto>,
): FileRegistry {
  const ordered = new Set<FileDescriptorProto>();
  const seen = new Set<string>();
  // A stack of its own: a peer may send a chain that is deeper than ours.
  const open = [...files.keys()].reverse();
  while (open.length > 0) {
    const name = open[open.length - 1];
    const next = files.get(name);
    const before = seen.has(name) ? [] : next?.dependency ?? [];
    seen.add(name);
    const ahead = before.filter((other) => !seen.has(other));
    if (ahead.length > 0) {
      open.push(...ahead);
      continue;
    }
    open.pop();
    if (next !== undefined) ordered.add(next);
  }
  return createFileRegistry({
    $typeName: "google.protobuf.FileDescriptorSet",
    file: [...ordered],
  });
}
