import { assert, assertEquals } from "@std/assert";
import { acceptCalls } from "../../src/server/calls/accept_call.ts";
import type { ServerCall } from "../../src/server/calls/server_call.ts";
import { PlayedCall, rawMethod } from "./support/played_call.ts";
import { Timers } from "./support/timers.ts";
import { TransportPair } from "./support/transport_pair.ts";

const ECHO = rawMethod("Echo", false, false);

/** An interceptor that does nothing. */
async function passOn(
  _call: ServerCall,
  proceed: () => Promise<void>,
): Promise<void> {
  await proceed();
}

/** A pair whose server echoes. */
async function echoPair(): Promise<TransportPair> {
  const pair = new TransportPair({
    onStream: acceptCalls({
      maxReceiveLength: 10_000,
      maxHandlers: 100,
      compression: "identity",
      find: () => ({
        method: ECHO as never,
        handler: (request) => Promise.resolve(request),
      }),
      intercept: passOn,
      handlers: { enter: () => ({ leave: () => {} }) },
    }),
  });
  await pair.settle();
  return pair;
}

Deno.test("A unary exchange is one write of each end", async () => {
  const timers = new Timers();
  const pair = await echoPair();
  const writes = () => pair.ends.map((end) => end.writes);
  const before = writes();
  const call = new PlayedCall(ECHO, pair.client, 1_000);
  await pair.settle();
  assertEquals(call.result, "ok");
  assertEquals(writes(), before.map((count) => count + 1));
  await pair.close(timers);
});

Deno.test("So is a turn of many calls", async () => {
  const timers = new Timers();
  const pair = await echoPair();
  const writes = () => pair.ends.map((end) => end.writes);
  const turn = async () => {
    const calls = Array.from(
      { length: 50 },
      () => new PlayedCall(ECHO, pair.client, 1_000),
    );
    await pair.settle();
    assert(calls.every(({ result }) => result === "ok"));
  };
  // The buffer of the reads grows first: what is read in pieces is answered so.
  await turn();
  const before = writes();
  await turn();
  assertEquals(writes(), before.map((count) => count + 1));
  await pair.close(timers);
});
