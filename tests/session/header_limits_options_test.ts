import { assertEquals, assertThrows } from "@std/assert";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { refusedAs } from "../harness/refused.ts";

for (
  const [end, parameters] of [
    ["client", clientParameters],
    ["server", serverParameters],
  ] as const
) {
  Deno.test(`A ${end} accepts header lists of 64 KiB, and reads up to four times as much`, () => {
    const limits = (options: Parameters<typeof parameters>[0]) => {
      const { maxHeaderListSize, absoluteMaxHeaderListSize } = parameters(
        options,
      );
      return [maxHeaderListSize, absoluteMaxHeaderListSize];
    };
    assertEquals(limits({}), [65_536, 262_144]);
    assertEquals(limits({ maxHeaderListSize: 8_192 }), [8_192, 32_768]);
    assertEquals(limits({ absoluteMaxHeaderListSize: 65_536 }), [
      65_536,
      65_536,
    ]);
    const both = {
      maxHeaderListSize: 1,
      absoluteMaxHeaderListSize: 4_294_967_295,
    };
    assertEquals(limits(both), [1, 4_294_967_295]);
    assertEquals(limits({ maxHeaderListSize: 4_294_967_295 }), [
      4_294_967_295,
      4_294_967_295,
    ]);
  });

  Deno.test(`A ${end} refuses header limits that make no sense`, () => {
    for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 32, "1"]) {
      for (
        const name of ["maxHeaderListSize", "absoluteMaxHeaderListSize"]
      ) {
        assertThrows(
          () => parameters({ [name]: value }),
          refusedAs(value, "number"),
          `Cannot use ${name}: expected an integer from`,
        );
      }
    }
    assertThrows(
      () => parameters({ absoluteMaxHeaderListSize: 65_535 }),
      RangeError,
      "Cannot use absoluteMaxHeaderListSize: expected an integer from 65536 to 4294967295, received 65535",
    );
  });
}
