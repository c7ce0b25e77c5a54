import { assertEquals, assertThrows } from "@std/assert";
import { MemoryQuota, resolveMemoryQuota } from "../../src/memory/mod.ts";
import { refusedAs } from "../harness/refused.ts";

const MEBIBYTE = 1_048_576;

Deno.test("By default a connection holds 64 MiB, a server or a channel 128 MiB, and calls wait for 5 s", () => {
  assertEquals(resolveMemoryQuota(), {
    connection: 64 * MEBIBYTE,
    total: 128 * MEBIBYTE,
    patience: 5_000,
  });
});

Deno.test("One limit moves the default of the other, so that they fit", () => {
  const { total } = resolveMemoryQuota({ connection: 256 * MEBIBYTE });
  assertEquals(total, 256 * MEBIBYTE);
  const { connection } = resolveMemoryQuota({ total: MEBIBYTE });
  assertEquals(connection, MEBIBYTE);
  assertEquals(resolveMemoryQuota({ connection: Infinity }).total, Infinity);
});

Deno.test("Infinity is no limit", () => {
  const all = { connection: Infinity, total: Infinity, patience: Infinity };
  assertEquals(resolveMemoryQuota(all), all);
});

for (
  const [options, message] of [
    [
      { connection: 65_535 },
      "memoryQuota.connection: expected octets, an integer from 65536 up or Infinity, received 65535",
    ],
    [{ connection: NaN }, "received NaN"],
    [{ connection: 1e6 + 0.5 }, "received 1000000.5"],
    [{ connection: "64" as unknown as number }, 'received "64"'],
    [
      { total: -1 },
      "memoryQuota.total: expected octets, an integer from 67108864 up",
    ],
    [
      { connection: 2 * MEBIBYTE, total: MEBIBYTE },
      "memoryQuota.total: expected octets, an integer from 2097152 up",
    ],
    [{ patience: 0 }, "memoryQuota.patience"],
    [{ patience: -1 }, "memoryQuota.patience"],
  ] as const
) {
  Deno.test(`A quota of ${JSON.stringify(options)} is refused`, () => {
    const value = Object.values(options).at(-1);
    assertThrows(
      () => new MemoryQuota(options),
      refusedAs(value, "number"),
      message,
    );
  });
}

Deno.test("An unknown key is refused, with the nearest one", () => {
  assertThrows(
    () => new MemoryQuota({ conection: 1 } as object),
    TypeError,
    'did you mean "connection"?',
  );
});

Deno.test("A quota that exists is shared, options make a new one", () => {
  const quota = new MemoryQuota();
  assertEquals(MemoryQuota.of(quota) === quota, true);
  assertEquals(MemoryQuota.of({ total: Infinity }).limits.total, Infinity);
  assertEquals(MemoryQuota.of(undefined).limits, quota.limits);
});
