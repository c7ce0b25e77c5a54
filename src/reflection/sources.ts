import { display } from "../options/mod.ts";
import { DecodeError } from "../proto/mod.ts";
import type { Service } from "../server/mod.ts";
import { FileDescriptorSet } from "./descriptors.ts";
import { DescriptorIndex } from "./index.ts";

/** What descriptors come from: a `FileDescriptorSet`, or a service that has some. */
export type DescriptorSource = Uint8Array | Service;

/**
 * One index of all sources.
 *
 * @param own Files that are there in any case.
 * @throws {TypeError} If one is no source, or a service without descriptors.
 * @throws {RangeError} If descriptors are malformed, incomplete, or contradict
 * each other.
 */
export function indexOf(
  sources: readonly DescriptorSource[],
  own: readonly Uint8Array[],
): DescriptorIndex {
  const index = new DescriptorIndex();
  for (const [position, source] of sources.entries()) {
    const what = `source ${position + 1} of ${sources.length}`;
    saying(what, () => {
      for (const file of filesOf(source, what)) index.add(file);
    });
  }
  for (const file of own) index.add(file);
  saying("the sources", () => index.requireWhole());
  return index;
}

/** Says what it was that cannot be used. */
function saying(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const isMalformed = error instanceof DecodeError;
    if (!isMalformed && !(error instanceof RangeError)) throw error;
    const why = isMalformed
      ? `expected a FileDescriptorSet, as protoc --descriptor_set_out and buf build make it: ${error.message}`
      : error.message;
    throw new RangeError(`Cannot use ${what} for reflection: ${why}`, {
      cause: error,
    });
  }
}

function filesOf(
  source: DescriptorSource,
  what: string,
): readonly Uint8Array[] {
  if (source instanceof Uint8Array) {
    const { file } = FileDescriptorSet.decode(source);
    if (file.length > 0) return file;
    throw new RangeError("expected a FileDescriptorSet with a file");
  }
  const files = source?.descriptors?.() ?? descriptorsOfLoader(source);
  if (files !== undefined) return files;
  throw new TypeError(
    `Cannot use ${what} for reflection: expected a FileDescriptorSet as octets, or a service whose descriptors are known, received ${
      source?.implementations instanceof Map
        ? `one without (${servedBy(source)})`
        : display(source)
    }`,
  );
}

function servedBy({ implementations }: Service): string {
  const [path] = implementations.keys();
  return path ?? "nothing implemented";
}

/** What `@grpc/proto-loader` has with the types of a method. */
interface LoadedType {
  readonly fileDescriptorProtos?: readonly Uint8Array[];
}

/** Files that `@grpc/proto-loader` has read. */
function descriptorsOfLoader(
  service: Service | undefined,
): readonly Uint8Array[] | undefined {
  const methods = Object.values(service?.definition ?? {});
  const files = methods.flatMap((method) => {
    const { requestType, responseType } = method as {
      readonly requestType?: LoadedType;
      readonly responseType?: LoadedType;
    };
    return [
      ...requestType?.fileDescriptorProtos ?? [],
      ...responseType?.fileDescriptorProtos ?? [],
    ];
  });
  return files.length > 0 ? [...new Set(files)] : undefined;
}
