import {
  type DescMethod,
  fromBinary,
  type JsonObject,
  type JsonValue,
  type Message,
} from "@bufbuild/protobuf";
import {
  type CallOptions,
  type ErrorDetail,
  type GrpcError,
  type Metadata,
  statusName,
} from "../../../mod.ts";
import { colours } from "../colours.ts";
import { tellFailure } from "../failure.ts";
import { toJsonText } from "../json.ts";
import { printError, printLine } from "../output.ts";
import { printable, printableJson } from "../../page/mod.ts";
import type { Schema } from "../schema/mod.ts";
import { StartError } from "../usage_error.ts";
import type { CallSettings } from "./settings.ts";
import { messageToJson, typeNameOf, typesInside } from "./to_json.ts";

/** Prints what comes of a call. */
export class Output {
  readonly #method: DescMethod;
  readonly #schema: Schema;
  readonly #settings: CallSettings;
  #trailers: Metadata | undefined;

  /** Prints nothing yet. */
  constructor(method: DescMethod, schema: Schema, settings: CallSettings) {
    this.#method = method;
    this.#schema = schema;
    this.#settings = settings;
  }

  /** The options of the call, with headers and trailers watched. */
  watch(options: CallOptions): CallOptions {
    const { json, verbose } = this.#settings;
    return {
      ...options,
      onHeaders: (metadata) => {
        if (json) printLine(toJsonText({ headers: entriesOf(metadata) }));
        else if (verbose) tellMetadata("Headers", metadata);
      },
      onTrailers: (metadata) => {
        this.#trailers = metadata;
      },
    };
  }

  /**
   * Prints a response.
   *
   * @throws {StartError} If it is one that JSON has no form for.
   */
  async message(message: Message): Promise<void> {
    const json = await this.#jsonOf(message);
    if (this.#settings.json) return printLine(toJsonText({ message: json }));
    for (const line of JSON.stringify(json, null, 2).split("\n")) {
      printLine(printableJson(line));
    }
  }

  async #jsonOf(message: Message): Promise<JsonValue> {
    const { output } = this.#method;
    for (const name of typesInside(output, message)) await this.#learn(name);
    try {
      return messageToJson(output, message, {
        emitDefaults: this.#settings.emitDefaults,
        registry: this.#schema.registry,
      });
    } catch (error) {
      const { message: why } = error as Error;
      throw new StartError(`A response has no form in JSON: ${why}`);
    }
  }

  /** Tells the trailers of a call that was OK. */
  succeeded(): void {
    const trailers = this.#trailers;
    if (this.#settings.json) {
      const status = { code: 0, name: "OK" };
      printLine(toJsonText({
        status: { ...status, trailers: entriesOf(trailers) },
      }));
    } else if (this.#settings.verbose) tellMetadata("Trailers", trailers);
  }

  /** Tells why a call has failed. */
  async failed(error: GrpcError): Promise<void> {
    const details: JsonObject[] = [];
    for (const detail of error.details) {
      details.push(await this.#decode(detail));
    }
    const { code, statusMessage: message, metadata } = error;
    if (this.#settings.json) {
      const status = { code, name: statusName(code), message, details };
      printLine(toJsonText({
        status: { ...status, trailers: entriesOf(metadata) },
      }));
    }
    if (this.#settings.verbose) tellMetadata("Trailers", metadata);
    tellFailure(error, details.map((detail) => toJsonText(detail)));
  }

  /** A detail as `Any` is in JSON; its octets, if nobody knows its type. */
  async #decode(detail: ErrorDetail): Promise<JsonObject> {
    const name = typeNameOf(detail);
    const type = { "@type": detail.typeUrl };
    await this.#learn(name);
    const { ERROR_DETAILS } = await import("./error_details.ts");
    const schema = this.#schema.registry.getMessage(name) ??
      ERROR_DETAILS.getMessage(name);
    try {
      if (schema === undefined) throw new Error(`${name} is not known`);
      const message = fromBinary(schema, detail.value);
      const json = messageToJson(schema, message, {
        emitDefaults: false,
        registry: this.#schema.registry,
      });
      const isObject = typeof json === "object" && json !== null &&
        !Array.isArray(json) && !name.startsWith("google.protobuf.");
      return isObject ? { ...type, ...json } : { ...type, value: json };
    } catch {
      return { ...type, "@value": base64(detail.value) };
    }
  }

  async #learn(name: string): Promise<void> {
    if (name === "" || this.#schema.registry.getMessage(name)) return;
    try {
      await this.#schema.learn(name);
    } catch {
      // It is shown as octets.
    }
  }
}

function entriesOf(metadata: Metadata | undefined): JsonValue {
  const all: Record<string, JsonValue[]> = {};
  for (const [name, value] of metadata ?? []) {
    (all[name] ??= []).push(textOf(value));
  }
  return all;
}

function tellMetadata(headline: string, metadata: Metadata | undefined): void {
  printError(colours.bold(`${headline}:`));
  const all = [...metadata ?? []];
  if (all.length === 0) printError(colours.dim("  none"));
  for (const [name, value] of all) {
    printError(
      `  ${colours.cyan(printable(name))}: ${printable(textOf(value))}`,
    );
  }
}

function textOf(value: string | Uint8Array): string {
  return typeof value === "string" ? value : base64(value);
}

function base64(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return btoa(text);
}
