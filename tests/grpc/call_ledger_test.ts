import { assertEquals } from "@std/assert";
import { CallLedger } from "../../src/grpc/mod.ts";

Deno.test("what waits of a call is counted to the nearest 2 KiB, and little not at all", () => {
  const { memory, ledger } = opened();
  const counted = [1_000, 2_048, 4_000, 4_097, 3_000, 2_047, 3_000, 1_500].map(
    (waits) => {
      ledger.waits(waits);
      return memory.queued;
    },
  );
  assertEquals(counted, [0, 2_048, 2_048, 4_097, 4_097, 0, 3_000, 0]);
});

Deno.test("what is sent is counted before it is known how much of it waits", () => {
  const { memory, ledger } = opened();
  ledger.waits(10_000);
  ledger.sends(5_000);
  assertEquals(memory.queued, 15_000);
  ledger.sends(2_000);
  assertEquals(memory.queued, 15_000);
  ledger.waits(3_000);
  assertEquals(memory.queued, 3_000);
});

function opened() {
  const ledger = new CallLedger(undefined, { refuse() {} });
  return { ledger, memory: ledger.memory };
}
