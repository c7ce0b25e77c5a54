import protobuf from "protobufjs";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { UsageError } from "../usage_error.ts";
import type { SchemaFiles } from "../schema_flags.ts";
import { fileDescriptor, type ProtoFile } from "./proto_descriptors.ts";
import { WELL_KNOWN } from "./registry.ts";

/** What has been read of some `.proto` files. */
export interface ProtoSources {
  /** The files and what they import, by the names in imports. */
  readonly files: ReadonlyMap<string, FileDescriptorProto>;
  /** The files that were asked for. */
  readonly own: readonly FileDescriptorProto[];
}

/**
 * Reads `.proto` files and what they import.
 *
 * @throws {UsageError} If one cannot be read, or has a mistake.
 */
export function readProtoSources(given: SchemaFiles): ProtoSources {
  const reader = new ProtoReader(given.importPath);
  try {
    const own = given.proto.map((path) => reader.readGiven(path));
    reader.root.resolveAll();
    const files = new Map(
      reader.files.map((
        file,
      ) => [file.name, fileDescriptor(reader.root, file)]),
    );
    return { files, own: own.map((name) => files.get(name)!) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const [why] = (error as Error).message.split("\n");
    throw new UsageError(`Cannot use --proto: ${why}`);
  }
}

class ProtoReader {
  readonly root = new protobuf.Root();
  readonly files: ProtoFile[] = [];
  readonly #folders: string[];
  readonly #read = new Set<string>();

  constructor(folders: readonly string[]) {
    this.#folders = folders.map((folder) => folder.replace(/\/+$/, ""));
  }

  /** Reads a file of a flag; returns the name that imports have for it. */
  readGiven(path: string): string {
    for (const folder of this.#folders) {
      const isBelow = path.startsWith(`${folder}/`);
      const name = isBelow ? path.slice(folder.length + 1) : path;
      const source = readIfThere(`${folder}/${name}`);
      if (source !== undefined) return this.#parse(name, source);
    }
    const source = readIfThere(path);
    if (source === undefined) {
      throw new UsageError(`Cannot use --proto: there is no file ${path}`);
    }
    const slash = path.lastIndexOf("/");
    const isGiven = this.#folders.length > 0;
    if (!isGiven) this.#folders.push(slash < 0 ? "." : path.slice(0, slash));
    return this.#parse(path.slice(slash + 1), source);
  }

  #import(name: string, importer: string): void {
    if (this.#read.has(name)) return;
    for (const folder of this.#folders) {
      const source = readIfThere(`${folder}/${name}`);
      if (source !== undefined) return void this.#parse(name, source);
    }
    const known = WELL_KNOWN.get(name);
    if (known === undefined) {
      throw new UsageError(
        `Cannot use --proto: ${importer} imports ${name}, which is in none of ${
          this.#folders.join(", ")
        }; say where with --import-path`,
      );
    }
    this.#read.add(name);
    declareTypes(this.root, known);
    for (const other of known.dependency) this.#import(other, name);
  }

  #parse(name: string, source: string): string {
    if (this.#read.has(name)) return name;
    this.#read.add(name);
    // The parser notes it in all that it makes, and names it in its errors.
    Object.assign(protobuf.parse, { filename: name });
    const parsed = protobuf.parse(source, this.root, { keepCase: true });
    const imports = [...parsed.imports ?? [], ...parsed.weakImports ?? []];
    this.files.push({
      name,
      package: parsed.package ?? "",
      imports,
      edition: editionOf(source),
    });
    for (const other of imports) this.#import(other, name);
    return name;
  }
}

/** Enough of a file of Google that its types can be named. */
function declareTypes(root: protobuf.Root, file: FileDescriptorProto): void {
  const namespace = root.define(file.package);
  for (const { name } of file.messageType) {
    if (namespace.get(name) === null) namespace.add(new protobuf.Type(name));
  }
  for (const { name } of file.enumType) {
    if (namespace.get(name) === null) {
      namespace.add(new protobuf.Enum(name, { UNSPECIFIED: 0 }));
    }
  }
}

/** "The edition must be the first non-empty, non-comment line of the file". */
function editionOf(source: string): string {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  const [, , edition] =
    /^\s*(syntax|edition)\s*=\s*["']([^"']+)["']/m.exec(code) ?? [];
  return edition ?? "proto2";
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
