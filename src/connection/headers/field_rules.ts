import { ErrorCode, StreamError } from "../../frames/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";

/**
 * Fields that concern one hop of HTTP/1.1: "Any message containing
 * connection-specific header fields MUST be treated as malformed" (RFC 9113
 * section 8.2.2).
 */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/**
 * "Endpoints MUST treat a request or response that contains undefined or
 * invalid pseudo-header fields as malformed" (section 8.3).
 */
const PSEUDO_HEADERS: readonly string[] = [
  ":method",
  ":scheme",
  ":authority",
  ":path",
  ":status",
];

const COLON = 0x3a;

/** A token in lower case, or a pseudo-header field (section 8.2.1). */
const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** No NUL, CR and LF, and no white space at either end (section 8.2.1). */
// deno-lint-ignore no-control-regex
const VALUE = /^(?![ \t])[^\x00\r\n]*(?<![ \t])$/;

/**
 * Longer values are searched for each octet that they must not have: slower for
 * short ones, and ten times as fast for those of some thousand octets, which
 * need one octet on the wire each if they come from a table.
 */
const LONGEST_MATCHED_VALUE = 64;

/** Names that most calls have: they need no look. */
const COMMON_NAMES: ReadonlySet<string> = new Set([
  ...PSEUDO_HEADERS,
  "accept-encoding",
  "authorization",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-previous-rpc-attempts",
  "grpc-status",
  "grpc-status-details-bin",
  "grpc-tags-bin",
  "grpc-timeout",
  "grpc-trace-bin",
  "server",
  "te",
  "traceparent",
  "tracestate",
  "user-agent",
]);

/**
 * Fields that were found to be good, each at a place that depends on where it
 * stood and among how many: most come from a table, and are the same objects in
 * the next section of their kind.
 */
export type KnownFields = (HeaderField | undefined)[];

/** How many they are, a power of two, and octets of the longest. */
const MAX_KNOWN_FIELDS = 16;
const LONGEST_KNOWN_FIELD = 256;

/** Knows none. */
export function knownFields(): KnownFields {
  return new Array(MAX_KNOWN_FIELDS).fill(undefined);
}

/**
 * Takes the white space off the ends of values, in place. "A field value MUST
 * NOT start or end with an ASCII whitespace character" (section 8.2.1), but
 * gRPC's other implementations send a status message or metadata as it is,
 * and "a field value does not include leading or trailing whitespace" (RFC 9110
 * section 5.5). Pseudo-header fields, which decide where a request goes, are
 * left as they came, to be refused.
 *
 * @param known Of the connection: those have none, and are not looked at again.
 */
export function stripValues(
  headers: HeaderField[],
  known: KnownFields = knownFields(),
): void {
  for (let i = 0; i < headers.length; i++) {
    const field = headers[i];
    if (known[placeOf(headers, i)] === field) continue;
    const [name, value] = field;
    const isBare = !isSpace(value.charCodeAt(0)) &&
      !isSpace(value.charCodeAt(value.length - 1));
    if (isBare || name.charCodeAt(0) === COLON) continue;
    headers[i] = strippedField(field);
  }
}

function placeOf({ length }: readonly HeaderField[], index: number): number {
  return length + index & MAX_KNOWN_FIELDS - 1;
}

/**
 * What stripping has made of fields: one that comes from a table again and
 * again, an octet on the wire each time, is stripped once.
 */
const STRIPPED = new WeakMap<HeaderField, HeaderField>();

function strippedField(field: HeaderField): HeaderField {
  let stripped = STRIPPED.get(field);
  if (stripped === undefined) {
    stripped = [field[0], strip(field[1])];
    STRIPPED.set(field, stripped);
  }
  return stripped;
}

/** One pass from each end: a pattern for both could take a square of time. */
function strip(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * Refuses a malformed field section: "[it] MUST be treated as a stream error
 * of type PROTOCOL_ERROR" (RFC 9113 section 8.1.1).
 *
 * @param known Of the connection: those are not looked at again.
 * @throws {StreamError} PROTOCOL_ERROR.
 */
export function checkFields(
  streamId: number,
  headers: readonly HeaderField[],
  known: KnownFields = knownFields(),
): void {
  let regular = false;
  let seen = 0;
  for (let i = 0; i < headers.length; i++) {
    const field = headers[i];
    const name = field[0];
    const place = placeOf(headers, i);
    if (known[place] !== field) {
      requireAllowed(streamId, field);
      if (isShort(field)) known[place] = field;
    }
    if (name.charCodeAt(0) !== COLON) {
      regular = true;
      continue;
    }
    if (regular) {
      throw malformed(streamId, `the field "${name}" comes after regular ones`);
    }
    const index = PSEUDO_HEADERS.indexOf(name);
    if (index < 0 || (seen & 1 << index) !== 0) {
      const fault = index < 0 ? "is not defined" : "comes twice";
      throw malformed(streamId, `the field "${name}" ${fault}`);
    }
    seen |= 1 << index;
  }
}

function requireAllowed(streamId: number, [name, value]: HeaderField): void {
  if (isName(name) && isValue(value) && !isOtherTe(name, value)) return;
  throw malformed(streamId, `the field "${name}" is not allowed in HTTP/2`);
}

function isShort([name, value]: HeaderField): boolean {
  return name.length + value.length <= LONGEST_KNOWN_FIELD;
}

/** It "MUST NOT contain any value other than 'trailers'" (section 8.2.2). */
function isOtherTe(name: string, value: string): boolean {
  return name === "te" && !/^trailers$/i.test(value);
}

function isName(name: string): boolean {
  return COMMON_NAMES.has(name) ||
    NAME.test(name) && !CONNECTION_SPECIFIC.has(name);
}

function isValue(value: string): boolean {
  if (value.length <= LONGEST_MATCHED_VALUE) return VALUE.test(value);
  return !isSpace(value.charCodeAt(0)) &&
    !isSpace(value.charCodeAt(value.length - 1)) &&
    !value.includes("\0") && !value.includes("\r") && !value.includes("\n");
}

function malformed(streamId: number, why: string): StreamError {
  return new StreamError(
    streamId,
    ErrorCode.PROTOCOL_ERROR,
    `Received a malformed field section on stream ${streamId}: ${why}`,
  );
}
