import { assertEquals } from "@std/assert";
import { defaultIndexing, HpackEncoder } from "../../src/hpack/mod.ts";

Deno.test("credentials and short cookies are never indexed", () => {
  assertEquals(defaultIndexing("authorization", "Bearer x", 4096), "never");
  assertEquals(defaultIndexing("proxy-authorization", "x", 4096), "never");
  assertEquals(defaultIndexing("cookie", "x".repeat(19), 4096), "never");
  assertEquals(defaultIndexing("cookie", "x".repeat(20), 4096), "incremental");
});

Deno.test("what changes with each message does not enter the table", () => {
  for (
    const name of ["content-length", "date", "grpc-message", "grpc-timeout"]
  ) {
    assertEquals(defaultIndexing(name, "1", 4096), "none");
  }
});

Deno.test("what a gRPC call repeats enters the table", () => {
  for (
    const name of [":path", ":authority", "content-type", "user-agent", "te"]
  ) {
    assertEquals(defaultIndexing(name, "x", 4096), "incremental");
  }
});

Deno.test("what would fill most of the table does not enter it", () => {
  assertEquals(defaultIndexing("a", "x".repeat(42), 100), "incremental");
  assertEquals(defaultIndexing("a", "x".repeat(43), 100), "none");
  assertEquals(defaultIndexing("a", "", 0), "none");
});

Deno.test("the policy is asked with the present size of the table", () => {
  const sizes: number[] = [];
  const encoder = new HpackEncoder({
    indexing: (_name, _value, tableSize) => {
      sizes.push(tableSize);
      return "none";
    },
  });
  encoder.encode([["a", "1"]]);
  encoder.setPeerMaxTableSize(100);
  encoder.encode([["a", "1"]]);
  assertEquals(sizes, [4096, 100]);
});
