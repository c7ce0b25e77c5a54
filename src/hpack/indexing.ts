import { fieldSize } from "./dynamic_table.ts";

/**
 * How a header field that no table holds is written
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-6.2 | RFC 7541 section 6.2}).
 *
 * - `"incremental"`: a literal that enters the dynamic table.
 * - `"none"`: a literal that leaves the table alone.
 * - `"never"`: a literal that no hop may ever put in a table.
 */
export type Indexing = "incremental" | "none" | "never";

/**
 * Decides how a header field that no table holds is written. It must not use
 * the encoder that asks.
 *
 * @param name The name of the field.
 * @param value The value of the field.
 * @param tableSize The size of the dynamic table in octets.
 */
export type IndexingPolicy = (
  name: string,
  value: string,
  tableSize: number,
) => Indexing;

/** Values that change with each message: an entry would evict a useful one. */
const RARELY_REPEATED: ReadonlySet<string> = new Set([
  "age",
  "content-length",
  "date",
  "etag",
  "expires",
  "grpc-message",
  "grpc-status-details-bin",
  "grpc-tags-bin",
  "grpc-timeout",
  "grpc-trace-bin",
  "if-modified-since",
  "if-none-match",
  "last-modified",
  "traceparent",
  "x-request-id",
]);

/** Cookies shorter than this have too few unknown bits to resist guessing. */
const SHORT_COOKIE_LENGTH = 20;

/** A field that fills more of the table than this would displace the rest. */
const LARGEST_SHARE_OF_TABLE = 3 / 4;

/**
 * The indexing policy of an encoder that is not given another.
 *
 * Credentials and short cookies are never indexed (RFC 7541 section 7.1.3).
 * Fields whose value changes with each message, and fields that fill most of
 * the table, are written without indexing. Everything else is indexed,
 * `:path` too: a gRPC client calls few methods many times.
 */
export function defaultIndexing(
  name: string,
  value: string,
  tableSize: number,
): Indexing {
  if (name === "authorization" || name === "proxy-authorization") {
    return "never";
  }
  if (name === "cookie" && value.length < SHORT_COOKIE_LENGTH) return "never";
  if (RARELY_REPEATED.has(name)) return "none";
  return fieldSize(name, value) > tableSize * LARGEST_SHARE_OF_TABLE
    ? "none"
    : "incremental";
}
