import type { HeaderField, HeaderListTooLargeError } from "../../hpack/mod.ts";

/**
 * The response to a request whose header list is too large, as a whole: 431
 * Request Header Fields Too Large (RFC 6585 section 5), with which "a server
 * that receives a larger field block than it is willing to handle" answers (RFC
 * 9113 section 10.5.1). gRPC's clients read `grpc-status` only behind a status
 * of 200, so that what is known to come of one gets that.
 */
export function listRefusal(
  { size, limit, fields }: HeaderListTooLargeError,
): HeaderField[] {
  const isGrpc = fields.some(([name, value]) =>
    name === "content-type" && value.startsWith("application/grpc")
  );
  const message =
    `Received a header list of ${size} octets, expected at most ${limit}`;
  return [
    [":status", isGrpc ? "200" : "431"],
    ["content-type", "application/grpc"],
    ["grpc-status", RESOURCE_EXHAUSTED],
    ["grpc-message", message],
  ];
}

const RESOURCE_EXHAUSTED = "8";
