import { ErrorCode, StreamError } from "../../frames/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";

/**
 * How much content of a message is still to come: octets, or one of
 *
 * - {@linkcode ANY_LENGTH}: no `content-length` tells;
 * - {@linkcode NO_HEAD}: not even the head of the message has come.
 */
export type ContentLeft = number;

/** See {@linkcode ContentLeft}. */
export const ANY_LENGTH: ContentLeft = -1;

/** See {@linkcode ContentLeft}. */
export const NO_HEAD: ContentLeft = -2;

const COLON = 0x3a;

/**
 * Checks the header section of a request (RFC 9113 sections 8.1, 8.3.1 and
 * 8.5). Its fields have been checked one by one.
 *
 * @returns The content that is to come.
 * @throws {StreamError} PROTOCOL_ERROR if it is malformed.
 */
export function requestHead(
  streamId: number,
  headers: readonly HeaderField[],
  endStream: boolean,
): ContentLeft {
  let method: string | undefined;
  let scheme: string | undefined;
  let authority: string | undefined;
  let path: string | undefined;
  for (const [name, value] of headers) {
    if (name.charCodeAt(0) !== COLON) break;
    if (name === ":method") method = value;
    else if (name === ":scheme") scheme = value;
    else if (name === ":path") path = value;
    else if (name === ":authority") authority = value;
    else throw malformed(streamId, "request", `it has no field "${name}"`);
  }
  if (!method) {
    throw malformed(streamId, "request", 'it needs a field ":method"');
  }
  if (method === "CONNECT") {
    requireTunnel(streamId, scheme, authority, path);
  } else if (!scheme || !path) {
    const missing = scheme ? ":path" : ":scheme";
    throw malformed(streamId, "request", `it needs a field "${missing}"`);
  }
  return announcedContent(streamId, "request", headers, endStream);
}

/**
 * Checks the header section of a response (sections 8.1, 8.3.2 and 8.6). Its
 * fields have been checked one by one.
 *
 * @param toHead Whether it answers a HEAD request, so that it has no content.
 * @returns The content that is to come, or that a further head is: this was an
 * interim response.
 * @throws {StreamError} PROTOCOL_ERROR if it is malformed.
 */
export function responseHead(
  streamId: number,
  headers: readonly HeaderField[],
  endStream: boolean,
  toHead: boolean,
): ContentLeft {
  const status = responseStatus(streamId, headers);
  if (status.charCodeAt(0) === 0x31) {
    if (endStream || status === "101") {
      const fault = endStream ? "ends the stream" : "is not one of HTTP/2";
      throw malformed(streamId, "response", `its status ${status} ${fault}`);
    }
    return NO_HEAD;
  }
  if (toHead || status === "204" || status === "304") return 0;
  return announcedContent(streamId, "response", headers, endStream);
}

/**
 * Checks a trailer section (section 8.1). Its fields have been checked one by
 * one.
 *
 * @throws {StreamError} PROTOCOL_ERROR if it is malformed.
 */
export function requireTrailers(
  streamId: number,
  headers: readonly HeaderField[],
  endStream: boolean,
): void {
  if (!endStream) {
    throw malformed(streamId, "trailer section", "it does not end the stream");
  }
  if (headers.length > 0 && headers[0][0].charCodeAt(0) === COLON) {
    const [name] = headers[0];
    throw malformed(streamId, "trailer section", `it has no field "${name}"`);
  }
}

/** The only pseudo-header field of a response is ":status". */
function responseStatus(
  streamId: number,
  headers: readonly HeaderField[],
): string {
  let status = "";
  for (const [name, value] of headers) {
    if (name.charCodeAt(0) !== COLON) break;
    if (name !== ":status") {
      throw malformed(streamId, "response", `it has no field "${name}"`);
    }
    status = value;
  }
  if (/^[1-9]\d\d$/.test(status)) return status;
  throw malformed(
    streamId,
    "response",
    'it needs a field ":status" with three digits',
  );
}

/**
 * "The ':scheme' and ':path' pseudo-header fields MUST be omitted" by CONNECT,
 * and ":authority" is needed (section 8.5).
 */
function requireTunnel(
  streamId: number,
  scheme: string | undefined,
  authority: string | undefined,
  path: string | undefined,
): void {
  if (scheme === undefined && path === undefined && authority) return;
  throw malformed(
    streamId,
    "request",
    'CONNECT takes a field ":authority", and neither ":scheme" nor ":path"',
  );
}

/**
 * What `content-length` says: digits, and the same if it comes again (RFC 9110
 * section 8.6).
 */
function announcedContent(
  streamId: number,
  message: Message,
  headers: readonly HeaderField[],
  endStream: boolean,
): ContentLeft {
  let length = ANY_LENGTH;
  for (const field of headers) {
    if (field[0] !== "content-length") continue;
    const value = field[1];
    const given = /^\d+$/.test(value) ? Number(value) : NaN;
    if (given !== length && length !== ANY_LENGTH || !(given >= 0)) {
      throw malformed(
        streamId,
        message,
        "its content-length is not one number",
      );
    }
    length = given;
  }
  return endStream ? contentAfter(streamId, length, 0, true) : length;
}

/**
 * What is left of the content of a message after some of it: "A request or
 * response is also malformed if the value of a content-length header field does
 * not equal the sum of the DATA frame payload lengths that form the content"
 * (section 8.1.1).
 *
 * @param received Octets of content that have come.
 * @param ends Whether the content ends with them.
 * @throws {StreamError} PROTOCOL_ERROR.
 */
export function contentAfter(
  streamId: number,
  left: ContentLeft,
  received: number,
  ends: boolean,
): ContentLeft {
  if (left === ANY_LENGTH) return left;
  if (left === NO_HEAD) {
    throw malformed(streamId, "response", "its content comes before its head");
  }
  if (received > left || ends && received < left) {
    const fault = received > left
      ? "is longer than its content-length"
      : `lacks ${left - received} octets of its content-length`;
    throw malformed(streamId, "message", `its content ${fault}`);
  }
  return left - received;
}

type Message = "request" | "response" | "trailer section" | "message";

/**
 * The error for "an otherwise valid sequence of HTTP/2 frames" that is no
 * message (section 8.1.1).
 */
function malformed(
  streamId: number,
  message: Message,
  why: string,
): StreamError {
  return new StreamError(
    streamId,
    ErrorCode.PROTOCOL_ERROR,
    `Received a malformed ${message} on stream ${streamId}: ${why}`,
  );
}
