import { Status } from "../grpc/mod.ts";
import type { DescriptorIndex, IndexedFile } from "./index.ts";
import type { ReflectionRequest, ReflectionResponse } from "./messages.ts";

/**
 * Octets of files in one response, the file that was asked for apart. A client
 * asks for the others by their names; most accept messages of 4 MiB.
 */
const MOST_OCTETS = 1_048_576;

/** Characters of what was asked that an error repeats. */
const MOST_REPEATED = 200;

/** Answers the questions of one stream: no file is sent twice unasked. */
export class Answering {
  readonly #index: DescriptorIndex;
  readonly #sent = new Set<IndexedFile>();

  /** Starts with nothing sent. */
  constructor(index: DescriptorIndex) {
    this.#index = index;
  }

  /** The answer to one question. */
  answer(request: ReflectionRequest): ReflectionResponse {
    return {
      validHost: request.host,
      originalRequest: request,
      ...this.#contents(request),
    };
  }

  #contents(request: ReflectionRequest): Partial<ReflectionResponse> {
    const index = this.#index;
    if (request.fileByFilename !== undefined) {
      const name = request.fileByFilename;
      return this.#files(index.file(name), `file ${shown(name)}`);
    }
    if (request.fileContainingSymbol !== undefined) {
      const symbol = plain(request.fileContainingSymbol);
      return this.#files(index.fileOf(symbol), `symbol ${shown(symbol)}`);
    }
    if (request.fileContainingExtension !== undefined) {
      const { containingType, extensionNumber } =
        request.fileContainingExtension;
      const type = plain(containingType);
      return this.#files(
        index.fileOfExtension(type, extensionNumber),
        `extension ${extensionNumber} of ${shown(type)}`,
      );
    }
    if (request.allExtensionNumbersOfType !== undefined) {
      return this.#extensionsOf(plain(request.allExtensionNumbersOfType));
    }
    if (request.listServices !== undefined) {
      const service = index.services.map((name) => ({ name }));
      return { listServicesResponse: { service } };
    }
    return failure(Status.INVALID_ARGUMENT, "the request asks nothing");
  }

  #extensionsOf(type: string): Partial<ReflectionResponse> {
    const extensionNumber = this.#index.extensionsOf(type);
    if (extensionNumber === undefined) return missing(`message ${shown(type)}`);
    const baseTypeName = type;
    return { allExtensionNumbersResponse: { baseTypeName, extensionNumber } };
  }

  /** A file, and those that it stands on, as far as they were not sent before. */
  #files(
    file: IndexedFile | undefined,
    what: string,
  ): Partial<ReflectionResponse> {
    if (file === undefined) return missing(what);
    const files = new Set([file]);
    let room = MOST_OCTETS;
    for (const { dependencies } of files) {
      for (const name of dependencies) {
        const next = this.#index.file(name);
        if (next === undefined || files.has(next)) continue;
        if (this.#sent.has(next)) continue;
        room -= next.octets.length;
        if (room < 0) break;
        files.add(next);
      }
    }
    for (const each of files) this.#sent.add(each);
    const fileDescriptorProto = [...files].map(({ octets }) => octets);
    return { fileDescriptorResponse: { fileDescriptorProto } };
  }
}

function missing(what: string): Partial<ReflectionResponse> {
  return failure(Status.NOT_FOUND, `there is no ${what}`);
}

function failure(
  errorCode: number,
  errorMessage: string,
): Partial<ReflectionResponse> {
  return { errorResponse: { errorCode, errorMessage } };
}

/** A name as an index has it: in a descriptor it begins with a dot. */
function plain(name: string): string {
  return name.replace(/^\./, "");
}

function shown(name: string): string {
  return name.length <= MOST_REPEATED
    ? name
    : `${name.slice(0, MOST_REPEATED)}…`;
}
