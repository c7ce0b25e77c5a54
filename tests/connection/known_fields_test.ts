import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkFields,
  knownFields,
} from "../../src/connection/headers/field_rules.ts";
import { StreamError } from "../../src/frames/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const REQUEST: readonly HeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/pkg.Service/Method"],
  [":authority", "localhost:50051"],
];

/** A field that counts how often its value is read. */
class CountedField {
  reads = 0;
  readonly field: HeaderField;

  constructor(name: string, value: string) {
    this.field = Object.defineProperty([name, ""], 1, {
      get: () => {
        this.reads++;
        return value;
      },
    }) as unknown as HeaderField;
  }
}

Deno.test("A field that stands where it stood in a section before is looked at once", () => {
  const known = knownFields();
  const counted = new CountedField("x", "y");
  for (let i = 0; i < 3; i++) {
    checkFields(1, [REQUEST[0], counted.field], known);
    checkFields(1, [["x", "in trailers"]], known);
  }
  const { reads } = counted;
  checkFields(1, [REQUEST[0], counted.field], known);
  assertEquals(counted.reads, reads);
  checkFields(1, [REQUEST[0], counted.field], knownFields());
  assert(counted.reads > reads);
});

Deno.test("A field is looked at if it is long, or another one that stands in the place of a good one, or bad", () => {
  const known = knownFields();
  const long = new CountedField("x", "y".repeat(256));
  checkFields(1, [long.field], known);
  const { reads } = long;
  checkFields(1, [long.field], known);
  assertEquals(long.reads, 2 * reads);
  checkFields(1, [["x", "y"]], known);
  const bad: HeaderField[] = [["x", "y\n"]];
  for (let i = 0; i < 2; i++) {
    assertThrows(() => checkFields(1, bad, known), StreamError);
  }
});

Deno.test("A good field is refused all the same where it may not stand, or stands twice", () => {
  const known = knownFields();
  checkFields(1, REQUEST, known);
  const [method, scheme, path] = REQUEST;
  const wrong = [
    [method, scheme, path, path],
    [method, ["x", "y"], path, ["x", "y"]],
  ] as const;
  for (const section of wrong) {
    assertThrows(() => checkFields(1, section, known), StreamError);
  }
});
