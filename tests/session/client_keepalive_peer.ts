import {
  clientParameters,
  type ClientSessionOptions,
} from "../../src/session/mod.ts";
import { FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";

/**
 * A client after the handshake at 0, against a scripted server. Times may be
 * as short as the test likes.
 */
export function clientOf(
  keepalive: ClientSessionOptions["keepalive"],
  options: ClientSessionOptions = {},
): ScriptedPeer {
  return new ScriptedPeer(
    clientParameters({
      ...options,
      keepalive: { minimumTime: 1, ...keepalive },
    }),
  ).handshake();
}

/** The client opens a stream now. */
export function open(peer: ScriptedPeer, endStream = false): number {
  return peer.command((session, now) =>
    session.streams.open(FIELDS, endStream, now)
  );
}
