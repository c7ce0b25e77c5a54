import { formatDuration, parseDuration } from "../options/mod.ts";
import type { Flag, FlagValue } from "./flag.ts";
import { CALL_KINDS } from "./settings.ts";
import { UsageError } from "./usage_error.ts";

const PEM = /-----BEGIN ([^-]+)-----[^-]+-----END \1-----/;

/** What a duration looks like, for messages. */
const DURATION_SYNTAX =
  "a duration such as 500ms, 1.5s, 10s, 5m, 2h or infinity";

/** 256 MiB: what a client can make without trouble, and no server takes. */
const LONGEST_MESSAGE = 268_435_456;

/**
 * Reads the text of a flag.
 *
 * @throws {UsageError} If it is not what the flag takes.
 */
export function parseValue(
  { name, kind }: Pick<Flag, "name" | "kind">,
  text: string,
): FlagValue {
  switch (kind) {
    case "duration":
      return parseDuration(text) ?? refuse(name, DURATION_SYNTAX, text);
    case "count":
      return /^\d{1,15}$/.test(text)
        ? Number(text)
        : refuse(name, "a whole number", text);
    case "octets":
      return /^\d{1,9}$/.test(text) && Number(text) <= LONGEST_MESSAGE
        ? Number(text)
        : refuse(name, `a number of octets up to ${LONGEST_MESSAGE}`, text);
    case "part":
      return /^(0?\.\d{1,9}|[01](\.0*)?)$/.test(text)
        ? Number(text)
        : refuse(name, "a number from 0 to 1", text);
    case "port":
      return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
        ? Number(text)
        : refuse(name, "a port from 0 to 65535", text);
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      return refuse(name, "true or false", text);
    case "call":
      return CALL_KINDS.some((kind) => kind === text)
        ? text
        : refuse(name, `one of ${CALL_KINDS.join(", ")}`, text);
    case "text":
      return text === "" ? refuse(name, "a value", text) : text;
    case "pem":
      return readPem(name, text);
  }
}

/** Reads the text of a flag as {@linkcode parseValue} does, for commander. */
export function reader(
  name: string,
  kind: Flag["kind"],
): (text: string) => FlagValue {
  return (text) => parseValue({ name, kind }, text);
}

/** The value as one would write it. */
export function formatValue(
  { kind }: Pick<Flag, "kind">,
  value: FlagValue,
): string {
  return kind === "duration" ? formatDuration(Number(value)) : String(value);
}

function readPem(name: string, path: string): string {
  let content: string;
  try {
    content = Deno.readTextFileSync(path);
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`Cannot use --${name}: ${firstLine(message)}`);
  }
  if (PEM.test(content)) return content;
  return refuse(name, "a file in PEM, from -----BEGIN to -----END", path);
}

function firstLine(text: string): string {
  return text.split("\n")[0];
}

function refuse(name: string, expected: string, received: string): never {
  throw new UsageError(
    `Cannot use --${name}: expected ${expected}, received "${received}"`,
  );
}
