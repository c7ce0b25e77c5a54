import { assert, assertEquals } from "@std/assert";
import { Inbox } from "../../src/grpc/mod.ts";
import { PREFIX_LENGTH } from "../../src/grpc/messages/framing.ts";
import { Turns } from "../transport/support/turns.ts";

/** Empty messages after which the event loop has turned, however fast they go. */
const SHARE = 16 * 256;

function full(messages: number): Inbox {
  const inbox = new Inbox(0, { consumed() {} });
  inbox.push(new Uint8Array(messages * PREFIX_LENGTH));
  inbox.end();
  return inbox;
}

Deno.test("who takes messages that are all there leaves turns to others", async () => {
  const inbox = full(10 * SHARE);
  using turns = new Turns();
  let messages = 0;
  while (await inbox.next() !== undefined) messages++;
  assertEquals(messages, 10 * SHARE);
  assert(turns.count >= 9, `${turns.count} turns`);
});

Deno.test("who takes a few messages that are there takes no turn", async () => {
  const inbox = full(100);
  using turns = new Turns();
  while (await inbox.next() !== undefined);
  assertEquals(turns.count, 0);
});

Deno.test("who takes them without waiting is sent to wait after as many", () => {
  const inbox = full(2 * SHARE);
  let messages = 0;
  while (inbox.takePlain() !== undefined) messages++;
  assert(messages <= SHARE, `${messages} messages`);
});
