import type { FileRegistry } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { UsageError } from "../usage_error.ts";
import { missing, registryOf, WELL_KNOWN } from "./registry.ts";
import type { Schema } from "./schema.ts";

/** Descriptors out of files. */
export class LocalSchema implements Schema {
  /** All of them. */
  readonly registry: FileRegistry;
  readonly #services: readonly string[];

  /**
   * Takes files with all that they import, but for those of Google.
   *
   * @param own Those of them whose services are listed.
   * @throws {UsageError} If they are no good descriptors.
   */
  constructor(
    files: ReadonlyMap<string, FileDescriptorProto>,
    own: readonly FileDescriptorProto[],
  ) {
    try {
      this.registry = registryOf(complete(files));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `Cannot use the descriptors: ${(error as Error).message}`,
      );
    }
    this.#services = own.flatMap((file) =>
      file.service.map(({ name }) =>
        file.package === "" ? name : `${file.package}.${name}`
      )
    ).sort();
  }

  /** The services that they declare. */
  services(): Promise<readonly string[]> {
    return Promise.resolve(this.#services);
  }

  /** Nothing is to be had in addition. */
  learn(): Promise<void> {
    return Promise.resolve();
  }

  /** Nothing is open. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function complete(
  files: ReadonlyMap<string, FileDescriptorProto>,
): ReadonlyMap<string, FileDescriptorProto> {
  const all = new Map(files);
  for (let left = missing(all); left.length > 0; left = missing(all)) {
    for (const name of left) {
      const known = WELL_KNOWN.get(name);
      if (known === undefined) {
        throw new UsageError(
          `Cannot use the descriptors: ${name} is imported and is not among them; write the set with --include_imports`,
        );
      }
      all.set(name, known);
    }
  }
  return all;
}

/**
 * Reads files with a `google.protobuf.FileDescriptorSet`.
 *
 * @throws {UsageError} If one cannot be read, or is none.
 */
export function readDescriptorSets(
  paths: readonly string[],
): FileDescriptorProto[] {
  return paths.flatMap((path) => {
    try {
      const { file } = fromBinary(
        FileDescriptorSetSchema,
        Deno.readFileSync(path),
      );
      if (file.length > 0) return file;
      throw new Error("expected a FileDescriptorSet in binary, found no file");
    } catch (error) {
      const [why] = (error as Error).message.split("\n");
      throw new UsageError(`Cannot use --descriptor-set ${path}: ${why}`);
    }
  });
}
