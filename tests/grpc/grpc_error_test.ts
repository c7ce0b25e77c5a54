import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";

Deno.test("A GrpcError says its status by name, and keeps what it was given", () => {
  const metadata = new Metadata({ "x-why": "because" });
  const cause = new Error("inside");
  const error = new GrpcError(Status.NOT_FOUND, "no such row", {
    metadata,
    cause,
  });
  assertEquals(error.name, "GrpcError");
  assertEquals(error.message, "NOT_FOUND: no such row");
  assertEquals([error.code, error.details], [5, "no such row"]);
  assertStrictEquals(error.metadata, metadata);
  assertStrictEquals(error.cause, cause);
});

Deno.test("A GrpcError without metadata has empty metadata of its own", () => {
  const [one, other] = [1, 2].map(() => new GrpcError(Status.ABORTED, ""));
  one.metadata.set("x", "1");
  assertEquals([one.metadata.size, other.metadata.size], [1, 0]);
});

Deno.test("A code that gRPC does not know is kept", () => {
  assertEquals(new GrpcError(99, "?").message, "99: ?");
});

Deno.test("OK, and what is no status code, is refused", () => {
  for (const code of [0, -1, 1.5, NaN, Infinity, "5" as unknown as number]) {
    assertThrows(
      () => new GrpcError(code, "x"),
      RangeError,
      `Cannot use the status code ${code}: expected an integer above 0, which is OK`,
    );
  }
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
