import { assert, assertEquals } from "@std/assert";
import { fromBase64, toBase64 } from "../../src/grpc/base64.ts";
import { withSeed } from "../harness/seed.ts";

/** Runs a test as on a Deno whose `Uint8Array` does not know base64. */
function withoutNative(test: () => void): void {
  const { prototype } = Uint8Array;
  const own = Object.getOwnPropertyDescriptor(prototype, "toBase64")!;
  const from = Object.getOwnPropertyDescriptor(Uint8Array, "fromBase64")!;
  Object.defineProperty(prototype, "toBase64", { ...own, value: undefined });
  Object.defineProperty(Uint8Array, "fromBase64", {
    ...from,
    value: undefined,
  });
  try {
    test();
  } finally {
    Object.defineProperty(prototype, "toBase64", own);
    Object.defineProperty(Uint8Array, "fromBase64", from);
  }
}

Deno.test(
  "Octets are the same base64 on every Deno, and come back",
  withSeed((random) => {
    for (let length = 0; length < 300; length++) {
      const octets = random.octets(length);
      const text = toBase64(octets);
      assert(!text.includes("="));
      assertEquals(fromBase64(text), octets);
      withoutNative(() => {
        assertEquals(toBase64(octets), text);
        assertEquals(fromBase64(text), octets);
      });
    }
  }),
);

Deno.test("Texts are the same octets on every Deno, or none", () => {
  const texts = [
    "",
    "AA",
    "AA==",
    "AAA=",
    "A A\nA",
    "+/+/",
    "A",
    "AA=",
    "A*",
    "_-",
  ];
  for (const text of texts) {
    const octets = fromBase64(text);
    withoutNative(() => assertEquals(fromBase64(text), octets, text));
  }
});
