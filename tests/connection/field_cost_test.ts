import { assert, assertStrictEquals } from "@std/assert";
import {
  checkFields,
  stripValues,
} from "../../src/connection/headers/field_rules.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";
import { fastest } from "../harness/fastest.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";

/** Microseconds to check a list, once it is warm. */
function cost(list: readonly HeaderField[]): number {
  return fastest(() => {
    for (let i = 0; i < 200; i++) {
      const headers = [...list];
      stripValues(headers);
      checkFields(1, headers);
    }
  }, 10);
}

// A field of 4,000 octets that is in the table needs one octet on the wire, and
// sixteen of them keep to the limit of a header list.

Deno.test("Long values from a table cost little more than short ones", () => {
  const long: HeaderField = ["x", "v".repeat(4_000)];
  const short: HeaderField = ["x", "v"];
  const fields = (field: HeaderField) =>
    Array.from({ length: 16 }, () => field);
  assertCostRatio({
    of: () => cost(fields(long)),
    to: () => cost(fields(short)),
    below: 25,
    floor: 0,
  });
});

Deno.test("White space is taken off a field of a table once", () => {
  const field: HeaderField = ["x", "v" + " ".repeat(4_000)];
  const headers = [field, field];
  stripValues(headers);
  assertStrictEquals(headers[0], headers[1]);
  assert(headers[0] !== field);
  const again = [field];
  stripValues(again);
  assertStrictEquals(again[0], headers[0]);
});

Deno.test("Many names of a peer neither stay nor slow down others", () => {
  const usual: HeaderField[] = [[":path", "/a"], ["te", "trailers"]];
  const before = cost(usual);
  for (let i = 0; i < 10_000; i++) checkFields(1, [[`name-${i}`, ""]]);
  assertCostRatio({
    of: () => cost(usual),
    to: () => before,
    below: 10,
    floor: 0,
  });
});
