import { assertEquals, assertRejects } from "@std/assert";
import { LostLinkError } from "../../../src/doctor/probe/enforcement/lost_link_error.ts";
import { PingGate } from "../../../src/doctor/probe/enforcement/ping_gate.ts";

Deno.test("one goes through at a time, in order, those in a hurry first", async () => {
  const gate = new PingGate();
  const order: string[] = [];
  const go = async (name: string, isUrgent: boolean) => {
    using _turn = await gate.enter(isUrgent);
    order.push(`${name} begins`);
    await Promise.resolve();
    order.push(`${name} ends`);
  };
  await Promise.all([go("a", false), go("b", false), go("c", true)]);
  await go("d", false);
  assertEquals(
    order,
    ["a", "c", "b", "d"].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
});

Deno.test("once it is shut nobody goes through, those who wait included", async () => {
  const gate = new PingGate();
  const turn = await gate.enter(false);
  const waiting = [gate.enter(false), gate.enter(true)].map((each) =>
    assertRejects(() => each, LostLinkError)
  );
  gate.shut();
  turn[Symbol.dispose]();
  await Promise.all(waiting);
  const error = await assertRejects(() => gate.enter(true), LostLinkError);
  assertEquals(error.isKick, false);
});
