import { assert, assertEquals } from "@std/assert";
import { decodeTimeout, encodeTimeout } from "../../src/grpc/mod.ts";
import { withSeed } from "../harness/seed.ts";

Deno.test("A timeout is sent in the finest unit that eight digits allow", () => {
  assertEquals(encodeTimeout(1), "1m");
  assertEquals(encodeTimeout(1_500), "1500m");
  assertEquals(encodeTimeout(99_999_999), "99999999m");
  assertEquals(encodeTimeout(100_000_000), "100000S");
  assertEquals(encodeTimeout(99_999_999_000), "99999999S");
  assertEquals(encodeTimeout(100_000_000_000), "1666667M");
  assertEquals(encodeTimeout(99_999_999 * 60_000 + 1), "1666667H");
});

Deno.test("A timeout is rounded up, so that the server is not the first", () => {
  assertEquals(encodeTimeout(0.1), "1m");
  assertEquals(encodeTimeout(1.000_1), "2m");
  assertEquals(encodeTimeout(99_999_999.5), "100000S");
});

Deno.test("No timeout is too long or too short to be sent", () => {
  assertEquals(encodeTimeout(0), "0m");
  assertEquals(encodeTimeout(-5), "0m");
  assertEquals(encodeTimeout(1e30), "99999999H");
});

Deno.test("All units are read", () => {
  assertEquals(
    ["1H", "1M", "1S", "1m", "1000u", "1000000n"].map(decodeTimeout),
    [3_600_000, 60_000, 1_000, 1, 1, 1],
  );
  assertEquals(decodeTimeout("00000007m"), 7);
  assertEquals(decodeTimeout("0n"), 0);
});

Deno.test("A malformed timeout is none", () => {
  for (
    const text of [
      "",
      "1",
      "m",
      "1s",
      "1h",
      "-1m",
      "+1m",
      "1.5S",
      " 1m",
      "1m ",
      "1 m",
      "123456789m",
      "0x1m",
      "1mm",
      "١m",
    ]
  ) assertEquals(decodeTimeout(text), undefined, text);
});

Deno.test(
  "A timeout that travels never gets shorter, nor longer by more than its unit",
  withSeed((random) => {
    for (let i = 0; i < 1_000; i++) {
      const timeout = 10 ** random.below(14) * random.below(1e6) / 1e6;
      const text = encodeTimeout(timeout);
      const arrived = decodeTimeout(text) ?? NaN;
      const unit = decodeTimeout(`1${text.at(-1)}`) ?? NaN;
      assert(arrived >= timeout, `${timeout} as ${text}`);
      assert(arrived - timeout <= unit, `${timeout} as ${text}`);
    }
  }),
);
