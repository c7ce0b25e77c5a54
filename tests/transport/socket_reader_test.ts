import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../src/runtime/mod.ts";
import type { Socket } from "../../src/transport/mod.ts";
import { SocketReader } from "../../src/transport/socket_reader.ts";
import { Turns } from "./support/turns.ts";

/** Reads an octet so many times, each with so many messages. */
async function turnsOf(reads: number, messages: number): Promise<number> {
  using turns = new Turns();
  let left = reads;
  const socket = {
    read: () => Promise.resolve(left-- > 0 ? 1 : null),
  } as unknown as Socket;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const reader = new SocketReader(socket, systemClock, {
    received: () => {
      reader.noteMessages(messages);
      return false;
    },
    readEnded: () => resolve(),
  });
  reader.read();
  await ended;
  return turns.count;
}

Deno.test("While many messages wait to be taken, no further ones are read", async () => {
  const turns = await turnsOf(20, 1_024);
  assert(turns >= 20, `${turns} turns`);
});

Deno.test("Messages of several reads count together", async () => {
  const turns = await turnsOf(20, 256);
  assert(turns >= 5, `${turns} turns`);
});

Deno.test("A few messages hold up no read", async () => {
  assertEquals(await turnsOf(20, 10), 0);
});
