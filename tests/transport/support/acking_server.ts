/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { encodePing, FrameType } from "../../../mod.ts";
import { RawServer } from "../../harness/raw_peer.ts";

/** Milliseconds from a PING to its acknowledgement; `null` for none. */
type Pace = number | null;

/**
 * A worker with an HTTP/2 server of its own event loop. It is told its pace,
 * and answers with the address.
 */
self.onmessage = async ({ data: pace }: MessageEvent<Pace>) => {
  using server = new RawServer();
  self.postMessage(server.target);
  using peer = await server.welcome();
  for (;;) {
    const frame = await peer.next();
    if (frame === undefined) return;
    if (pace === null || frame.type !== FrameType.PING || frame.ack) continue;
    await new Promise((resolve) => setTimeout(resolve, pace));
    await peer.say((writer) => encodePing(writer, true, frame.opaqueData));
  }
};
