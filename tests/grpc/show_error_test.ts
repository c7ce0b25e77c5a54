import { assert, assertEquals, assertFalse } from "@std/assert";
import { inspect } from "node:util";
import { GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";

const SECRET = new TextEncoder().encode("secret");

function withDetails(): GrpcError {
  return new GrpcError(Status.NOT_FOUND, "no such row", {
    metadata: new Metadata({ "x-token": "secret" }),
    details: [
      { typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value: SECRET },
      { typeUrl: "a/\x1b[2J", value: Uint8Array.of(1) },
    ],
    cause: new Error("inside"),
  });
}

Deno.test("console.log shows an error's code, stack, cause, and what its details are", () => {
  const error = withDetails();
  for (const text of [Deno.inspect(error), inspect(error)]) {
    const [head, made] = error.stack!.split("\n");
    assert(text.startsWith(`${head}\n${made}`), text);
    for (
      const part of [
        "GrpcError: NOT_FOUND: no such row",
        "code: 5",
        "statusMessage: ",
        'metadata: Metadata { "x-token": 6 octets, "grpc-status-details-bin": ',
        'details: Details { "google.rpc.ErrorInfo": 6 octets, "\\u001b[2J": 1 octet }',
        "[cause]: Error: inside",
      ]
    ) assert(text.includes(part), `${part}: ${text}`);
    assertFalse(text.includes("secret"), text);
  }
});

Deno.test("An error without details, or with some that cannot be read, shows none", () => {
  const broken = new Metadata({ "grpc-status-details-bin": Uint8Array.of(7) });
  for (const metadata of [new Metadata(), broken]) {
    const text = Deno.inspect(new GrpcError(5, "gone", { metadata }));
    assertFalse(text.includes("details:"), text);
  }
});

Deno.test("Details beyond the twentieth are counted, not shown", () => {
  const details = Array.from({ length: 500 }, (_, at) => ({
    typeUrl: `a/${`${at}`.padStart(300, "t")}`,
    value: Uint8Array.of(1),
  }));
  const text = Deno.inspect(new GrpcError(5, "gone", { details }));
  assert(text.length < 4_000 && text.includes("… 480 more }"), text);
});

Deno.test("A subclass is shown by its name, with what it has besides", () => {
  class RowError extends GrpcError {
    readonly row = 7;
  }
  const text = Deno.inspect(new RowError(5, "gone"));
  assert(text.startsWith("RowError"), text);
  assert(text.includes("row: 7"), text);
});

Deno.test("Errors that are the cause of each other are shown once", () => {
  const first = new GrpcError(5, "first");
  const second = new GrpcError(5, "second", { cause: first });
  first.cause = second;
  const text = Deno.inspect(first);
  assertEquals(text.split("GrpcError: NOT_FOUND: second").length, 2, text);
  assert(text.includes("[Circular GrpcError: NOT_FOUND: first]"), text);
  assertEquals(Deno.inspect(first), text);
});
