import { assertEquals } from "@std/assert";
import { ROWS, tryRow } from "./table.ts";

for (const row of ROWS) {
  for (const role of row.roles) {
    const { section, rule, input, answer } = row;
    Deno.test(`${section}, to the ${role}: ${rule}: ${input}: ${answer}`, () => {
      assertEquals(tryRow(row, role), answer);
    });
  }
}
