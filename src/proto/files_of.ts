/**
 * Files of descriptors that stand in the source, as lines of base64: each is a
 * `FileDescriptorProto`. They are decoded when somebody asks.
 */
export function filesOf(
  files: readonly (readonly string[])[],
): () => Uint8Array[] {
  return () =>
    files.map((lines) =>
      Uint8Array.from(atob(lines.join("")), (each) => each.charCodeAt(0))
    );
}
