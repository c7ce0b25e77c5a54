import {
  create,
  type DescMethod,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { nearest } from "../nearest.ts";
import { UsageError } from "../usage_error.ts";
import { jsonValues } from "./json_values.ts";

/** How requests are read. */
export interface RequestOptions {
  /** See `CallSettings`. */
  readonly data?: string;
  readonly allowUnknownFields: boolean;
  readonly registry: Registry;
}

/**
 * The requests of a call, each when it has been read: those that are typed in
 * while the call runs, too.
 *
 * @throws {UsageError} If one is no JSON, or no message.
 */
export async function* requestsOf(
  { input }: DescMethod,
  options: RequestOptions,
): AsyncGenerator<Message> {
  const { allowUnknownFields, registry } = options;
  let count = 0;
  for await (const json of jsonValues(piecesOf(options.data))) {
    count++;
    try {
      yield fromJson(input, json as JsonValue, {
        ignoreUnknownFields: allowUnknownFields,
        registry,
      });
    } catch (error) {
      throw new UsageError(
        `Message ${count} is no ${input.typeName}: ${
          adviceFor((error as Error).message, registry)
        }`,
      );
    }
  }
}

/**
 * The one request of a call that takes one: an empty message if there is none.
 *
 * @throws {UsageError} If there is more than one.
 */
export async function onlyRequest(
  method: DescMethod,
  options: RequestOptions,
): Promise<Message> {
  const all = requestsOf(method, options);
  const first = await all.next();
  if (first.done) return create(method.input);
  if ((await all.next()).done) return first.value;
  throw new UsageError(
    `${method.parent.typeName}/${method.name} takes one message, received more`,
  );
}

function piecesOf(
  data: string | undefined,
): AsyncIterable<string> | Iterable<string> {
  if (data === undefined) return [];
  if (!data.startsWith("@")) return [data];
  if (data === "@") {
    return Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  }
  const path = data.slice(1);
  try {
    return [Deno.readTextFileSync(path)];
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new UsageError(`Cannot use --data: ${why}`);
  }
}

/** What protobuf-es says of a key that a message does not have. */
const UNKNOWN = /cannot decode message (\S+) from JSON: key "(.*)" is unknown/;

function adviceFor(message: string, registry: Registry): string {
  const [, typeName, key] = UNKNOWN.exec(message) ?? [];
  if (key === undefined) return message;
  const names = registry.getMessage(typeName)?.fields
    .map(({ jsonName }) => jsonName) ?? [];
  const near = nearest(key, names);
  const advice = near === undefined
    ? `it has ${names.join(", ") || "no fields"}`
    : `did you mean "${near}"?`;
  return `${typeName} has no field "${key}", ${advice}`;
}
