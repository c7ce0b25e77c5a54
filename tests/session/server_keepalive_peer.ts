import {
  serverParameters,
  type ServerSessionOptions,
} from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";

/**
 * A server after the handshake at 0, against a scripted client. Times may be
 * as short as the test likes.
 */
export function serverOf(
  keepalive: ServerSessionOptions["keepalive"],
  options: ServerSessionOptions = {},
): ScriptedPeer {
  return new ScriptedPeer(
    serverParameters({
      ...options,
      keepalive: { minimumTime: 1, ...keepalive },
    }),
  ).handshake();
}
