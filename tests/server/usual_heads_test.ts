import { assertEquals } from "@std/assert";
import { headOf } from "../grpc/support/head_of.ts";
import { UsualHeads } from "../../src/server/calls/usual_heads.ts";

Deno.test("what was read of a list is found again for the same object, not for an equal one", () => {
  const heads = new UsualHeads();
  const [only, head] = [headOf("/a.B/C"), headOf("/a.B/C")];
  heads.note(only);
  heads.note(head);
  assertEquals(heads.find(head.fields), head);
  assertEquals(heads.find([]), undefined);
});

Deno.test("nothing is remembered of a connection with one call, or of large lists, and of others the last four", () => {
  const heads = new UsualHeads();
  const [only, large] = [headOf("/a.B/C"), {
    ...headOf("/a.B/C"),
    octets: 1_024,
  }];
  heads.note(only);
  heads.note(large);
  assertEquals([heads.find(only.fields), heads.find(large.fields)], [
    undefined,
    undefined,
  ]);
  const others = Array.from({ length: 6 }, () => headOf("/a.B/C"));
  for (const head of others) heads.note(head);
  const found = others.filter(({ fields }) => heads.find(fields) !== undefined);
  assertEquals(found, others.slice(2));
});
