import type { HeaderField } from "../hpack/mod.ts";

/** How each response of gRPC begins. */
export const RESPONSE_HEAD: readonly HeaderField[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/**
 * A response that is one field section with a status ("Trailers-Only" of gRPC
 * over HTTP/2).
 *
 * @param code The status code of gRPC.
 * @param message The status message, percent-encoded.
 * @param httpStatus For those who know no gRPC; others read `grpc-status`.
 */
export function trailersOnly(
  code: number,
  message: string,
  httpStatus?: string,
): HeaderField[] {
  const [status, contentType] = RESPONSE_HEAD;
  return [
    httpStatus === undefined ? status : [":status", httpStatus],
    contentType,
    ["grpc-status", String(code)],
    ["grpc-message", message],
  ];
}
