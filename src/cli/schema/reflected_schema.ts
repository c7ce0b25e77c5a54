import {
  createFileRegistry,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Channel, Status } from "../../../mod.ts";
import type { ReflectionResponse } from "../../reflection/mod.ts";
import { StartError } from "../usage_error.ts";
import { ReflectionClient } from "./reflection_client.ts";
import { missing, registryOf, WELL_KNOWN } from "./registry.ts";
import type { Schema } from "./schema.ts";

/** More than any server has; a hostile one could go on for ever. */
const MOST_FILES = 20_000;

/** Descriptors that a server tells, each asked for when it is needed. */
export class ReflectedSchema implements Schema {
  readonly #client: ReflectionClient;
  readonly #files = new Map<string, FileDescriptorProto>();
  #registry: FileRegistry = createFileRegistry();

  /** Asks nothing yet. */
  constructor(channel: Channel, options: CallOptions) {
    this.#client = new ReflectionClient(channel, options);
  }

  /** What the server has told so far. */
  get registry(): FileRegistry {
    return this.#registry;
  }

  /** The services of the server. */
  async services(): Promise<readonly string[]> {
    const answer = await this.#client.ask({ listServices: "*" });
    const services = answer.listServicesResponse?.service;
    if (services === undefined) throw refusal("its services", answer);
    return services.map(({ name }) => name).sort();
  }

  /**
   * Asks for the file that declares a name, and for what it imports.
   *
   * @throws {StartError} If the server's descriptors cannot be used.
   */
  async learn(name: string): Promise<void> {
    const answer = await this.#client.ask({ fileContainingSymbol: name });
    const files = answer.fileDescriptorResponse?.fileDescriptorProto;
    if (isUnknown(answer)) return;
    if (files === undefined) throw refusal(name, answer);
    const before = this.#files.size;
    this.#take(files);
    await this.#complete();
    if (this.#files.size === before) return;
    try {
      this.#registry = registryOf(this.#files);
    } catch (error) {
      throw unusable(error);
    }
  }

  async #complete(): Promise<void> {
    for (let left = missing(this.#files); left.length > 0;) {
      for (const name of left) {
        const answer = await this.#client.ask({ fileByFilename: name });
        this.#take(answer.fileDescriptorResponse?.fileDescriptorProto ?? []);
        if (this.#files.has(name)) continue;
        const known = WELL_KNOWN.get(name);
        if (known === undefined) throw refusal(`the file ${name}`, answer);
        this.#files.set(name, known);
      }
      left = missing(this.#files);
    }
  }

  #take(files: readonly Uint8Array[]): void {
    for (const octets of files) {
      let file: FileDescriptorProto;
      try {
        file = fromBinary(FileDescriptorProtoSchema, octets);
      } catch (error) {
        throw unusable(error);
      }
      if (!this.#files.has(file.name)) this.#files.set(file.name, file);
    }
    if (this.#files.size > MOST_FILES) {
      throw unusable(new Error(`expected at most ${MOST_FILES} files`));
    }
  }

  /** Ends the call that asks. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

/** Not every server says NOT_FOUND for what it does not know. */
function isUnknown({ errorResponse }: ReflectionResponse): boolean {
  const { NOT_FOUND, INVALID_ARGUMENT, UNKNOWN } = Status;
  const codes: readonly number[] = [NOT_FOUND, INVALID_ARGUMENT, UNKNOWN];
  return errorResponse !== undefined && codes.includes(errorResponse.errorCode);
}

function refusal(what: string, answer: ReflectionResponse): StartError {
  const why = answer.errorResponse?.errorMessage ??
    "it answered something else";
  return new StartError(
    `The reflection of the server does not tell ${what}: ${why}`,
  );
}

function unusable(error: unknown): StartError {
  const { message } = error as Error;
  return new StartError(`The server's descriptors cannot be used: ${message}`);
}
