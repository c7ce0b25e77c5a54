import { ConnectionError, ErrorCode } from "../frames/mod.ts";
import { asciiOctets, printable } from "./ascii.ts";

/**
 * What a client sends before its first frame
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-3.4 | RFC 9113 section 3.4}).
 */
export const CLIENT_PREFACE: Uint8Array = asciiOctets(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);

/**
 * Checks the client preface as far as it has arrived.
 *
 * @param received Octets that were checked before.
 * @param slice What has arrived now.
 * @returns Octets of the slice that belong to the preface.
 * @throws {ConnectionError} PROTOCOL_ERROR if the peer says something else:
 * "Clients and servers MUST treat an invalid connection preface as a
 * connection error" (section 3.4).
 */
export function checkClientPreface(
  received: number,
  slice: Uint8Array,
): number {
  const count = Math.min(CLIENT_PREFACE.length - received, slice.length);
  for (let i = 0; i < count; i++) {
    if (slice[i] === CLIENT_PREFACE[received + i]) continue;
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received ${
        describeForeign(slice)
      } instead of the HTTP/2 client preface; is the client set up for HTTP/2 without TLS?`,
    );
  }
  return count;
}

/**
 * Checks that what a server says first can be a frame, so that a wrong port
 * is told from a broken server.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR if it speaks HTTP/1 or TLS.
 */
export function checkServerGreeting(slice: Uint8Array): void {
  if (!isHttp1Response(slice) && !isTlsRecord(slice)) return;
  throw new ConnectionError(
    ErrorCode.PROTOCOL_ERROR,
    `Received ${
      describeForeign(slice)
    } instead of an HTTP/2 SETTINGS frame; is this the port of an HTTP/2 server${
      isTlsRecord(slice) ? ", and does it expect TLS" : ""
    }?`,
  );
}

function describeForeign(slice: Uint8Array): string {
  if (isTlsRecord(slice)) return "a TLS record";
  if (isHttp1Response(slice)) return "an HTTP/1 response";
  const shown = printable(slice.subarray(0, 24));
  return /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH) /.test(shown)
    ? `an HTTP/1 request ("${shown.split(" ", 1)[0]}")`
    : `"${shown}"`;
}

function isHttp1Response(slice: Uint8Array): boolean {
  return printable(slice.subarray(0, 5)) === "HTTP/";
}

/** A handshake (22) or alert (21) record of TLS, RFC 8446 section 5.1. */
function isTlsRecord(slice: Uint8Array): boolean {
  return (slice[0] === 22 || slice[0] === 21) && slice[1] === 3;
}
