import { assert } from "../../invariants/mod.ts";
import type { ReceiveWindow, SendWindow } from "./flow_window.ts";
import type { InLine } from "../../collections/mod.ts";
import type { ContentLeft } from "./message_rules.ts";
import type { SendQueue } from "./send_queue.ts";

/**
 * The states of an active stream
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-5.1 | RFC 9113 section 5.1}).
 * A stream that is idle or closed has no {@linkcode Stream}; push, and with it
 * the reserved states, is not supported.
 *
 * ```text
 *                    +------+
 *                    | idle |
 *                    +------+
 *                       | HEADERS of either end
 *                       v
 *      END_STREAM    +------+    END_STREAM
 *      of this end   | open |    of the peer
 *          +---------|      |---------+
 *          v         +------+         v
 *   +-------------+     |      +-------------+
 *   | half-closed |     |      | half-closed |
 *   |   (local)   |     |      |  (remote)   |
 *   +-------------+     |      +-------------+
 *          |            | RST_STREAM, |
 *          | END_STREAM | GOAWAY      | END_STREAM
 *          | of the     v             | of this end
 *          | peer    +--------+       |
 *          +-------> | closed | <-----+
 *                    +--------+
 * ```
 */
export type StreamState = "open" | "half-closed-local" | "half-closed-remote";

/** An active stream. */
export interface Stream extends InLine<Stream> {
  /** Its identifier. */
  id: number;
  /** Where it stands. */
  state: StreamState;
  /** What this end may send on it. */
  readonly send: SendWindow;
  /** What the peer may send on it. */
  readonly receive: ReceiveWindow;
  /** What this end still has to send on it. */
  readonly queue: SendQueue;
  /** How much of the peer's message is still to come. */
  contentLeft: ContentLeft;
  /** Whether its request is a HEAD, whose response has no content. */
  isHead: boolean;
}

/** The state after this end sent END_STREAM; `"closed"` if both have. */
export function afterLocalEnd(state: StreamState): StreamState | "closed" {
  assert(state !== "half-closed-local", "this end ends a stream once");
  return state === "half-closed-remote" ? "closed" : "half-closed-local";
}

/** The state after the peer sent END_STREAM; `"closed"` if both have. */
export function afterRemoteEnd(state: StreamState): StreamState | "closed" {
  assert(state !== "half-closed-remote", "the peer ends a stream once");
  return state === "half-closed-local" ? "closed" : "half-closed-remote";
}
