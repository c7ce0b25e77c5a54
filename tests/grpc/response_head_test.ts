import { assert, assertEquals, assertFalse } from "@std/assert";
import { fieldOf, GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";
import { isGrpcContentType, messageEncoding } from "../../src/grpc/mod.ts";
import {
  isInformational,
  readTrailers,
  responseProblem,
  statusOfHead,
} from "../../src/client/calls/response_head.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const OK: HeaderField = [":status", "200"];
const GRPC: HeaderField = ["content-type", "application/grpc"];

function errorOf(
  fields: HeaderField[],
  hasHead = true,
): [code: number, details: string] {
  const { error } = readTrailers(fields, hasHead);
  assert(error instanceof GrpcError);
  return [error.code, error.statusMessage];
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
    problem?.statusMessage,
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
  assertEquals([error.code, error.statusMessage], [Status.NOT_FOUND, "no é"]);
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
  assertEquals(errorOf([["grpc-status", "2147483647"]]), [2147483647, ""]);
  const malformed = [
    "",
    "-1",
    "+5",
    "+0",
    "-0",
    "five",
    "1.5",
    "0x5",
    "1e1",
    "0, 0",
    "2147483648",
    "99999999999",
  ];
  for (const status of malformed) {
    const fields: HeaderField[] = [["grpc-status", status]];
    const note = `malformed grpc-status "${status}"`;
    assertEquals(errorOf(fields), [Status.UNKNOWN, note]);
    assertEquals(errorOf([...fields, ["grpc-message", "m"]]), [
      Status.UNKNOWN,
      `m (${note})`,
    ]);
  }
  const [, details] = errorOf([["grpc-status", "x".repeat(60_000)]]);
  assertEquals(details.length < 300, true);
});

Deno.test("A code may have leading zeros", () => {
  assertEquals(readTrailers([["grpc-status", "00"]], true).error, undefined);
  assertEquals(errorOf([["grpc-status", "0000000005"]]), [5, ""]);
});

Deno.test("Of several statuses and messages, the last counts, as elsewhere", () => {
  assertEquals(
    errorOf([
      ["grpc-status", "0"],
      ["grpc-message", "fine"],
      ["grpc-status", "5"],
      ["grpc-message", "no such key"],
    ]),
    [5, "no such key"],
  );
  const fields: HeaderField[] = [["grpc-status", "5"], ["grpc-status", "0"]];
  assertEquals(readTrailers(fields, true).error, undefined);
});

Deno.test("Octets that are no Base64 make a call fail, whatever its status, which is told", () => {
  const problem =
    'Received malformed metadata "x-bin": expected Base64, at most 100 values in a field';
  for (const [code, status] of [["0", "OK"], ["5", "NOT_FOUND: gone"]]) {
    const fields: HeaderField[] = [
      ["grpc-status", code],
      ["grpc-message", "gone"],
      ["x-bin", "secret!"],
      ["y", "1"],
    ];
    const told: [number, string] = [
      Status.INTERNAL,
      `${problem}; the status was ${status}`,
    ];
    assertEquals(errorOf(fields), told);
    assertEquals(errorOf([OK, GRPC, ...fields], false), told);
    const { trailers } = readTrailers(fields, true);
    assertEquals([...trailers], [["y", "1"]]);
  }
  const head = responseProblem([OK, GRPC, ["x-bin", "A"]]);
  assertEquals([head?.code, head?.statusMessage], [Status.INTERNAL, problem]);
});

Deno.test("The content type decides whether a response is one of gRPC, not the HTTP status", () => {
  assertEquals(responseProblem([[":status", "503"], GRPC]), undefined);
  const page: HeaderField[] = [
    [":status", "405"],
    ["content-type", "text/plain"],
    ["grpc-status", "12"],
    ["grpc-message", "not here"],
  ];
  const problem = responseProblem(page);
  assertEquals([problem?.code, problem?.statusMessage], [12, "not here"]);
  const fine = responseProblem([OK, ["grpc-status", "0"]]);
  assertEquals(fine?.code, Status.UNKNOWN);
});

Deno.test("What the headers say of an error holds if nothing follows", () => {
  assertEquals(statusOfHead([OK, GRPC]), undefined);
  assertEquals(statusOfHead([OK, GRPC, ["grpc-status", "0"]]), undefined);
  const error = statusOfHead([OK, GRPC, ["grpc-status", "7"]]);
  assertEquals(error?.code, 7);
  const proxy = statusOfHead([[":status", "503"], GRPC]);
  assertEquals(proxy?.code, Status.UNAVAILABLE);
  const { error: left } = readTrailers([["x", "1"]], true, proxy);
  assertEquals(left, proxy);
  const { error: right } = readTrailers([["grpc-status", "0"]], true, proxy);
  assertEquals(right, undefined);
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
