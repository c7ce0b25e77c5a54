/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { encodePing, FrameType } from "../../../src/frames/mod.ts";
import { RawServer } from "../../harness/raw_peer.ts";
import { ANSWERED, MAY_ANSWER, type Order } from "./acking_server_order.ts";

/**
 * A worker with an HTTP/2 server of its own event loop. It is told whether to
 * answer PINGs, and answers with the address. The first one it answers when it
 * may, and tells so.
 */
self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { answers, flags } = data;
  using server = new RawServer();
  self.postMessage(server.target);
  using peer = await server.welcome();
  for (;;) {
    const frame = await peer.next();
    if (frame === undefined) return;
    if (!answers || frame.type !== FrameType.PING || frame.ack) continue;
    Atomics.wait(flags, MAY_ANSWER, 0);
    await peer.say((writer) => encodePing(writer, true, frame.opaqueData));
    Atomics.store(flags, ANSWERED, 1);
  }
};
