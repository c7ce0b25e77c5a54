import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type CloseReason,
  ConnectionClosedError,
  type SessionState,
} from "../../src/session/mod.ts";
import { TransportHandler } from "../../src/transport/transport_handler.ts";

const OPEN: SessionState = { kind: "open" };
const REASON = { message: "it broke" } as CloseReason;
const CLOSED: SessionState = {
  kind: "closed",
  reason: REASON,
  closeMode: "none",
};
const DRAINING = {
  at: 0,
  type: "draining",
  by: "peer",
  reason: "max_age",
  closeAt: Infinity,
} as const;

Deno.test("a connection that was established once is so whenever it is asked for", async () => {
  const handler = new TransportHandler({}, {});
  const early = handler.established(OPEN);
  handler.onEvents([{ at: 0, type: "established" }]);
  await early;
  await handler.established(OPEN);
  handler.onClosed(REASON);
  await handler.established(CLOSED);
});

Deno.test("one that was not is not, whether it is asked for before its end or after", async () => {
  const handler = new TransportHandler({}, {});
  const early = handler.established(OPEN);
  handler.onClosed(REASON);
  await assertRejects(() => early, ConnectionClosedError);
  await assertRejects(
    () => handler.established(CLOSED),
    ConnectionClosedError,
  );
  const unasked = new TransportHandler({}, {});
  unasked.onClosed(REASON);
  await assertRejects(
    () => unasked.established(CLOSED),
    ConnectionClosedError,
  );
});

Deno.test("what is waited for outlasts events, and is forgotten once nothing is", async () => {
  const handler = new TransportHandler({}, {});
  const unused = handler.milestones;
  handler.onEvents([{ at: 0, type: "established" }]);
  const { milestones } = handler;
  assertEquals(milestones === unused, false);
  const closed = milestones.closed(OPEN);
  handler.onEvents([{ at: 1, type: "established" }]);
  assertStrictEquals(handler.milestones, milestones);
  handler.onClosed(REASON);
  assertEquals(await closed, REASON);
});

Deno.test("the end that its owner has set counts for who asks for the signal of a drain later", () => {
  const handler = new TransportHandler({}, {});
  handler.milestones.cutOffAt(5_000);
  handler.onEvents([{ at: 0, type: "established" }]);
  const signal = handler.milestones.draining(OPEN);
  handler.onEvents([DRAINING]);
  assertEquals(signal.reason, { reason: "max_age", closeAt: 5_000 });
});
