import { encodeData, type FrameWriter } from "../../src/frames/mod.ts";
import type { CloseReason, Session } from "../../src/session/mod.ts";
import type { VirtualPair } from "../harness/virtual_pair.ts";

/** Why a session ended; a test fails if it has not. */
export function reasonOf(session: Session): CloseReason {
  const { state } = session;
  if (state.kind === "closed") return state.reason;
  throw new Error(`Expected a session that has closed, this is ${state.kind}`);
}

/** Encodes what neither end may send: DATA on a stream that is idle. */
export function violate(writer: FrameWriter): void {
  encodeData(writer, 7, new Uint8Array(1), false);
}

/** The socket between both ends closes: whoever is left reads its end. */
export function hangUp(pair: VirtualPair): void {
  pair.command(({ client, server }, now) => {
    client.receiveEnd(now);
    server.receiveEnd(now);
  });
}
