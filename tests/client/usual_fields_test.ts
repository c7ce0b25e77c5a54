import { assertEquals } from "@std/assert";
import {
  readHead,
  readTrailers,
  type ResponseHead,
} from "../../src/client/calls/response_head.ts";
import { UsualFields } from "../../src/client/calls/usual_fields.ts";
import { GrpcError, Status } from "../../src/grpc/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const OK: HeaderField = ["grpc-status", "0"];
const KEY: HeaderField = ["key", "value"];

Deno.test("a section is usual when it has the same objects as the one noted", () => {
  const usual = new UsualFields();
  assertEquals(usual.has([OK]), false);
  usual.note([OK, KEY]);
  assertEquals(usual.has([OK, KEY]), true);
  assertEquals(usual.has([KEY, OK]), false);
  assertEquals(usual.has([OK]), false);
  assertEquals(usual.has([OK, KEY, KEY]), false);
  assertEquals(usual.has([OK, ["key", "value"]]), false);
});

Deno.test("no section without fields is usual, and none with many is kept", () => {
  const usual = new UsualFields();
  usual.note([]);
  assertEquals(usual.has([]), false);
  const many = new Array<HeaderField>(9).fill(KEY);
  usual.note(many);
  assertEquals(usual.has(many), false);
});

Deno.test("trailers after those of a success are read for themselves, and the same again as before", () => {
  const lost: HeaderField = ["grpc-status", "14"];
  const told = (fields: readonly HeaderField[]) =>
    readTrailers(fields, true).error?.code;
  assertEquals(told([OK]), undefined);
  assertEquals(told([lost]), Status.UNAVAILABLE);
  assertEquals(told([OK]), undefined);
  assertEquals(told([OK, lost]), Status.UNAVAILABLE);
  assertEquals(told([]), Status.UNKNOWN);
});

Deno.test("trailers of a success are those that came, after others with more fields than are kept", () => {
  const told = (fields: readonly HeaderField[]) =>
    [...readTrailers(fields, true).trailers].length;
  const usual = [OK, KEY];
  const many = [OK, ...new Array<HeaderField>(8).fill(KEY)];
  assertEquals([usual, usual, many, usual, many, usual].map(told), [
    1,
    1,
    8,
    1,
    8,
    1,
  ]);
});

Deno.test("a section says whether it is remembered", () => {
  const usual = new UsualFields();
  assertEquals(usual.note([OK, KEY]), true);
  assertEquals(usual.note(new Array<HeaderField>(9).fill(KEY)), false);
  assertEquals(usual.has([OK, KEY]), true);
});

Deno.test("an error that the headers told holds for trailers without a status only", () => {
  const early = new GrpcError(Status.NOT_FOUND, "early");
  assertEquals(readTrailers([OK], true, early).error, undefined);
  assertEquals(readTrailers([OK], true, early).error, undefined);
  assertEquals(readTrailers([KEY], true, early).error, early);
});

Deno.test("headers after usual ones are read for themselves, and the same again as before", () => {
  const status: HeaderField = [":status", "200"];
  const type: HeaderField = ["content-type", "application/grpc"];
  const gzip: HeaderField = ["grpc-encoding", "gzip"];
  const plain = { kind: "response", early: undefined, encoding: "identity" };
  assertEquals(readHead([status, type]), plain as ResponseHead);
  assertEquals(readHead([status, type, gzip]).kind, "response");
  assertEquals(readHead([[":status", "103"]]).kind, "informational");
  assertEquals(readHead([status, KEY]).kind, "problem");
  assertEquals(readHead([status, type]), plain as ResponseHead);
  const folded = { ...plain, encoding: "gzip" };
  assertEquals(readHead([status, type, gzip]), folded as ResponseHead);
});
