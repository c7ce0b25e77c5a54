import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";
import { refusedAs } from "../harness/refused.ts";

Deno.test("A GrpcError says its status by name, and keeps what it was given", () => {
  const metadata = new Metadata({ "x-why": "because" });
  const cause = new Error("inside");
  const error = new GrpcError(Status.NOT_FOUND, "no such row", {
    metadata,
    cause,
  });
  assertEquals(error.name, "GrpcError");
  assertEquals(error.message, "NOT_FOUND: no such row");
  assertEquals([error.code, error.statusMessage], [5, "no such row"]);
  assertStrictEquals(error.metadata, metadata);
  assertStrictEquals(error.cause, cause);
});

Deno.test("A GrpcError without metadata has empty metadata of its own", () => {
  const [one, other] = [1, 2].map(() => new GrpcError(Status.ABORTED, ""));
  one.metadata.set("x", "1");
  assertEquals([one.metadata.size, other.metadata.size], [1, 0]);
});

Deno.test("A GrpcError without a cause has none to print", () => {
  const error = new GrpcError(Status.ABORTED, "moved");
  assertEquals([error.cause, Object.hasOwn(error, "cause")], [
    undefined,
    false,
  ]);
});

Deno.test("A received code that gRPC does not know is kept", () => {
  const metadata = new Metadata({ "x-why": "because" });
  const error = GrpcError.received(99, "?", metadata);
  assertEquals([error.code, error.message], [99, "99: ?"]);
  assertEquals(error.metadata.get("x-why"), "because");
  const known = GrpcError.received(5, "?", metadata);
  assertEquals([known.code, known.message], [5, "NOT_FOUND: ?"]);
});

Deno.test("OK, and what is no status code, is refused", () => {
  for (const code of [-1, 1.5, 17, NaN, Infinity, "5" as unknown as number]) {
    assertThrows(
      () => new GrpcError(code, "x"),
      refusedAs(code, "number"),
      `Cannot use the status code: expected one of Status, an integer from 1 to 16, received ${
        typeof code === "string" ? `"${code}"` : code
      }`,
    );
  }
  assertThrows(
    () => new GrpcError(Status.OK, "x"),
    RangeError,
    "Cannot use the status code 0, which is OK: an error has one from 1 to 16",
  );
});

Deno.test("A status message that is no text is refused", () => {
  assertThrows(
    () => new GrpcError(5, undefined as unknown as string),
    TypeError,
    "Cannot use the status message: expected a string, received undefined",
  );
});

Deno.test("Options of an error that cannot be used are refused", () => {
  const make = (options: unknown) => () =>
    new GrpcError(5, "gone", options as { cause?: unknown });
  assertThrows(make(null), TypeError, "expected an object, received null");
  assertThrows(make({ metdata: {} }), TypeError, 'did you mean "metadata"?');
  assertThrows(make({ metadata: null }), TypeError, "Cannot use metadata");
});
