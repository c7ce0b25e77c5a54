import { ErrorCode, StreamError } from "../frames/mod.ts";
import type { HeaderField } from "../hpack/mod.ts";

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

/** A token in lower case, or a pseudo-header field (section 8.2.1). */
const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** No NUL, CR and LF, and no white space at either end (section 8.2.1). */
// deno-lint-ignore no-control-regex
const VALUE = /^(?![ \t])[^\x00\r\n]*(?<![ \t])$/;

/**
 * Names and values that are known to be good. Most repeat, and come from the
 * HPACK table.
 */
const KNOWN_NAMES = new Set<string>();
const MAX_KNOWN_NAMES = 256;

/**
 * Refuses a malformed field section: "[it] MUST be treated as a stream error
 * of type PROTOCOL_ERROR" (RFC 9113 section 8.1.1).
 *
 * @throws {StreamError} PROTOCOL_ERROR.
 */
export function checkFields(
  streamId: number,
  headers: readonly HeaderField[],
): void {
  let regular = false;
  for (const [name, value] of headers) {
    if (!isName(name) || !VALUE.test(value)) {
      throw malformed(streamId, `the field "${name}" is not allowed in HTTP/2`);
    }
    const isPseudo = name.charCodeAt(0) === 0x3a;
    if (isPseudo && regular) {
      throw malformed(streamId, `the field "${name}" comes after regular ones`);
    }
    regular = !isPseudo;
  }
}

function isName(name: string): boolean {
  if (KNOWN_NAMES.has(name)) return true;
  if (!NAME.test(name) || CONNECTION_SPECIFIC.has(name)) return false;
  if (KNOWN_NAMES.size < MAX_KNOWN_NAMES) KNOWN_NAMES.add(name);
  return true;
}

function malformed(streamId: number, why: string): StreamError {
  return new StreamError(
    streamId,
    ErrorCode.PROTOCOL_ERROR,
    `Received a malformed field section on stream ${streamId}: ${why}`,
  );
}
