import { assertEquals } from "@std/assert";
import type { AnyHandler } from "../../src/server/calls/handler.ts";
import { acceptCalls } from "../../src/server/calls/mod.ts";
import { PlayedCall, rawMethod } from "../grpc/support/played_call.ts";
import { Timers } from "../grpc/support/timers.ts";
import { TransportPair } from "../grpc/support/transport_pair.ts";

const METHOD = rawMethod("One", false, false);

/** A pair whose server runs a handler. */
async function pairOf(handler: AnyHandler): Promise<TransportPair> {
  const pair = new TransportPair({
    onStream: acceptCalls({
      maxReceiveLength: 10_000,
      maxHandlers: 1_000,
      compression: "identity",
      find: () => ({ method: METHOD as never, handler }),
      handlers: { enter: () => ({ leave: () => {} }) },
    }),
  });
  await pair.settle();
  return pair;
}

Deno.test("what a handler returns is awaited if it has a function `then`, whatever else it is", async () => {
  const timers = new Timers();
  const response = new Uint8Array(1);
  const then = (resolve: (response: Uint8Array) => void) => resolve(response);
  for (const promised of [{ then }, Object.assign(() => {}, { then })]) {
    const pair = await pairOf(() => promised);
    const call = new PlayedCall(METHOD, pair.client, undefined);
    await pair.settle();
    assertEquals(call.result, "ok");
    await pair.close(timers);
  }
});
