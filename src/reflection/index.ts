import { type Declarations, declarationsOf } from "./declarations.ts";
import { FileDescriptor } from "./descriptors.ts";

/** A file as it is handed on. */
export interface IndexedFile {
  /** Its path, as others import it. */
  readonly name: string;
  /** Its `FileDescriptorProto`. */
  readonly octets: Uint8Array;
  /** The paths of the files that it imports. */
  readonly dependencies: readonly string[];
}

/**
 * Files of descriptors, and what is where in them: made once, so that each
 * question costs the same, however many there are.
 */
export class DescriptorIndex {
  readonly #files = new Map<string, IndexedFile>();
  readonly #symbols = new Map<string, IndexedFile>();
  readonly #messages = new Set<string>();
  readonly #extensions = new Map<string, Map<number, IndexedFile>>();
  readonly #services = new Set<string>();

  /** The names of all services, sorted. */
  get services(): string[] {
    return [...this.#services].sort();
  }

  /** The file of a path. */
  file(name: string): IndexedFile | undefined {
    return this.#files.get(name);
  }

  /**
   * The file that declares a name: of a message, field, oneof, enum, value of an
   * enum, extension, service or method.
   */
  fileOf(symbol: string): IndexedFile | undefined {
    return this.#symbols.get(symbol);
  }

  /** The file that declares an extension of a message. */
  fileOfExtension(type: string, number: number): IndexedFile | undefined {
    return this.#extensions.get(type)?.get(number);
  }

  /** The numbers of all extensions of a message; `undefined` if it is none. */
  extensionsOf(type: string): number[] | undefined {
    const numbers = [...this.#extensions.get(type)?.keys() ?? []];
    const isKnown = numbers.length > 0 || this.#messages.has(type);
    return isKnown ? numbers.sort((a, b) => a - b) : undefined;
  }

  /**
   * Adds a file. One that is there stays, if another compiler has made the same of
   * it.
   *
   * @throws {DecodeError} If it is no `FileDescriptorProto`.
   * @throws {RangeError} If it contradicts one that is there.
   */
  add(octets: Uint8Array): void {
    const read = FileDescriptor.decode(octets);
    const { name } = read;
    if (name === "") throw new RangeError("expected a file with a name");
    const declarations = declarationsOf(read);
    const known = this.#files.get(name);
    if (known !== undefined) {
      if (this.#declaresSame(known, declarations)) return;
      throw new RangeError(`expected one file ${name}, received two`);
    }
    const weak = new Set(read.weakDependency);
    const dependencies = read.dependency.filter((_, index) => !weak.has(index));
    const file = { name, octets: octets.slice(), dependencies };
    this.#files.set(name, file);
    this.#declare(declarations, file);
  }

  /**
   * Checks that each file has those that it imports.
   *
   * @throws {RangeError} If one is missing.
   */
  requireWhole(): void {
    for (const { name, dependencies } of this.#files.values()) {
      const missing = dependencies.find((each) => !this.#files.has(each));
      if (missing === undefined) continue;
      throw new RangeError(
        `expected ${missing}, which ${name} imports: make the descriptor set with its imports (protoc --include_imports, buf build)`,
      );
    }
  }

  #declaresSame(file: IndexedFile, { symbols }: Declarations): boolean {
    const before = declarationsOf(FileDescriptor.decode(file.octets)).symbols;
    return before.length === symbols.length &&
      symbols.every((symbol) => this.#symbols.get(symbol) === file);
  }

  #declare(declarations: Declarations, file: IndexedFile): void {
    for (const each of declarations.services) this.#services.add(each);
    for (const each of declarations.messages) this.#messages.add(each);
    for (const symbol of declarations.symbols) {
      requireOne(symbol, this.#symbols.get(symbol), file);
      this.#symbols.set(symbol, file);
    }
    for (const [type, number] of declarations.extensions) {
      const numbers = this.#extensions.get(type) ?? new Map();
      requireOne(`extension ${number} of ${type}`, numbers.get(number), file);
      this.#extensions.set(type, numbers.set(number, file));
    }
  }
}

function requireOne(
  what: string,
  other: IndexedFile | undefined,
  file: IndexedFile,
): void {
  if (other === undefined || other === file) return;
  throw new RangeError(
    `expected one ${what}, received those of ${other.name} and ${file.name}`,
  );
}
