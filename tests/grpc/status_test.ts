import { assertEquals } from "@std/assert";
import {
  Status,
  statusName,
  statusOfHttp,
  statusOfReset,
} from "../../src/grpc/mod.ts";

Deno.test("The status codes are the seventeen of gRPC, in their order", () => {
  assertEquals(Object.values(Status), Array.from({ length: 17 }, (_, i) => i));
  assertEquals(
    Object.keys(Status).join(" "),
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND " +
      "ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED " +
      "FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL " +
      "UNAVAILABLE DATA_LOSS UNAUTHENTICATED",
  );
});

Deno.test("A status code has a name, an unknown one its number", () => {
  assertEquals(statusName(0), "OK");
  assertEquals(statusName(14), "UNAVAILABLE");
  assertEquals(statusName(17), "17");
  assertEquals(statusName(-1), "-1");
});

Deno.test("HTTP statuses map as http-grpc-status-mapping says", () => {
  const table: readonly [http: number, status: number][] = [
    [400, Status.INTERNAL],
    [401, Status.UNAUTHENTICATED],
    [403, Status.PERMISSION_DENIED],
    [404, Status.UNIMPLEMENTED],
    [429, Status.UNAVAILABLE],
    [502, Status.UNAVAILABLE],
    [503, Status.UNAVAILABLE],
    [504, Status.UNAVAILABLE],
    [200, Status.UNKNOWN],
    [302, Status.UNKNOWN],
    [405, Status.UNKNOWN],
    [500, Status.UNKNOWN],
    [NaN, Status.UNKNOWN],
  ];
  assertEquals(table.map(([http]) => [http, statusOfHttp(http)]), [...table]);
});

Deno.test("RST_STREAM codes map as the gRPC over HTTP/2 protocol says", () => {
  const { INTERNAL, UNAVAILABLE, CANCELLED, RESOURCE_EXHAUSTED } = Status;
  const { PERMISSION_DENIED, UNKNOWN } = Status;
  const table: readonly [code: number, status: number][] = [
    [0x0, INTERNAL],
    [0x1, INTERNAL],
    [0x2, INTERNAL],
    [0x3, INTERNAL],
    [0x4, INTERNAL],
    [0x5, INTERNAL],
    [0x6, INTERNAL],
    [0x7, UNAVAILABLE],
    [0x8, CANCELLED],
    [0x9, INTERNAL],
    [0xa, INTERNAL],
    [0xb, RESOURCE_EXHAUSTED],
    [0xc, PERMISSION_DENIED],
    [0xd, INTERNAL],
    [0xe, UNKNOWN],
    [0xffff_ffff, UNKNOWN],
  ];
  assertEquals(table.map(([code]) => [code, statusOfReset(code)]), [...table]);
});
