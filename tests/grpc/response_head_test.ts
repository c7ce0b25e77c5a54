import { assert, assertEquals, assertFalse } from "@std/assert";
import { GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";
import { fieldOf } from "../../src/grpc/fields.ts";
import {
  isGrpcContentType,
  isInformational,
  messageEncoding,
  readTrailers,
  responseProblem,
} from "../../src/grpc/response_head.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const OK: HeaderField = [":status", "200"];
const GRPC: HeaderField = ["content-type", "application/grpc"];

function errorOf(
  fields: HeaderField[],
  hasHead = true,
): [code: number, details: string] {
  const { error } = readTrailers(fields, hasHead);
  assert(error instanceof GrpcError);
  return [error.code, error.details];
}

Deno.test("The first value of a field counts", () => {
  assertEquals(fieldOf([["a", "1"], ["a", "2"]], "a"), "1");
  assertEquals(fieldOf([["a", "1"]], "b"), undefined);
});

Deno.test("Headers with 1xx are informational", () => {
  assert(isInformational([[":status", "103"]]));
  assertFalse(isInformational([OK]));
  assertFalse(isInformational([]));
});

Deno.test("The content type of gRPC may have a suffix or parameters", () => {
  for (
    const type of [
      "application/grpc",
      "application/grpc+proto",
      "application/grpc;charset=utf-8",
      "Application/GRPC",
      "application/grpc ; charset=utf-8",
    ]
  ) assert(isGrpcContentType(type), type);
  for (
    const type of [
      undefined,
      "",
      "application/grpc-web",
      "application/grpcx",
      "text/html",
      " application/grpc",
    ]
  ) assertFalse(isGrpcContentType(type), type);
});

Deno.test("Headers of a gRPC server are in order", () => {
  assertEquals(responseProblem([OK, GRPC]), undefined);
});

Deno.test("Headers of a proxy tell what it said", () => {
  const problem = responseProblem([
    [":status", "503"],
    ["content-type", "text/html"],
    ["retry-after", "3"],
  ]);
  assertEquals(problem?.code, Status.UNAVAILABLE);
  assertEquals(
    problem?.details,
    'unexpected HTTP status code received from server: 503; content-type: "text/html"',
  );
  assertEquals(problem?.metadata.get("retry-after"), "3");
});

Deno.test("A page with HTTP status 200 is no response of gRPC either", () => {
  const problem = responseProblem([OK, ["content-type", "text/html"]]);
  assertEquals(problem?.code, Status.UNKNOWN);
  assertEquals(responseProblem([OK])?.code, Status.UNKNOWN);
  assertEquals(responseProblem([GRPC])?.code, Status.UNKNOWN);
});

Deno.test("Without grpc-encoding, messages are not encoded", () => {
  assertEquals(messageEncoding([]), "identity");
  assertEquals(messageEncoding([["grpc-encoding", "gzip"]]), "gzip");
  assertEquals(messageEncoding([["grpc-encoding", "GZip"]]), "gzip");
  assertEquals(messageEncoding([["grpc-encoding", ""]]), "identity");
  for (const other of ["br", "gzip,identity", "x-gzip", "gzip;q=1"]) {
    assertEquals(messageEncoding([["grpc-encoding", other]]), undefined);
  }
});

Deno.test("Trailers have the status and the custom metadata", () => {
  const { error, trailers } = readTrailers(
    [["grpc-status", "0"], ["x-took", "5"]],
    true,
  );
  assertEquals(error, undefined);
  assertEquals([...trailers], [["x-took", "5"]]);
});

Deno.test("An error has the message, decoded, and the metadata", () => {
  const { error, trailers } = readTrailers([
    ["grpc-status", "5"],
    ["grpc-message", "no %C3%A9"],
    ["grpc-status-details-bin", "CAU"],
  ], true);
  assert(error instanceof GrpcError);
  assertEquals([error.code, error.details], [Status.NOT_FOUND, "no é"]);
  assertEquals(
    error.metadata.get("grpc-status-details-bin"),
    Uint8Array.of(8, 5),
  );
  assertEquals([...trailers], [...error.metadata]);
});

Deno.test("A status without a message has an empty one", () => {
  assertEquals(errorOf([["grpc-status", "13"]]), [13, ""]);
});

Deno.test("A code that gRPC does not know is kept, what is no code is UNKNOWN", () => {
  assertEquals(errorOf([["grpc-status", "99"]]), [99, ""]);
  for (const status of ["", "-1", "five", "1.5", "99999999999"]) {
    assertEquals(errorOf([["grpc-status", status], ["grpc-message", "m"]]), [
      Status.UNKNOWN,
      "m",
    ]);
  }
});

Deno.test("Trailers without a status are UNKNOWN", () => {
  const without = "the server ended the call without grpc-status";
  assertEquals(errorOf([["x", "1"]]), [Status.UNKNOWN, without]);
  assertEquals(errorOf([OK, GRPC], false), [Status.UNKNOWN, without]);
});

Deno.test("Trailers-only of a proxy map its HTTP status", () => {
  assertEquals(errorOf([[":status", "404"]], false), [
    Status.UNIMPLEMENTED,
    'unexpected HTTP status code received from server: 404; content-type: ""',
  ]);
});

Deno.test("Trailers-only with a grpc-status need no content type", () => {
  assertEquals(errorOf([OK, ["grpc-status", "7"]], false), [7, ""]);
  assertEquals(
    readTrailers([OK, GRPC, ["grpc-status", "0"]], false).trailers,
    new Metadata(),
  );
});
