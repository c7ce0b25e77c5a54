import type { Goaway } from "../connection/mod.ts";
import type { CloseReason } from "./close_reason.ts";

/** What remains to be done with the socket of a session that has closed. */
export type CloseMode =
  /** Nothing: the peer is gone, destroy the socket. */
  | "none"
  /** Write what is queued, then close. */
  | "flush"
  /**
   * Write what is queued, end the sending side and wait shortly for the peer
   * to close: unread octets would turn the close into a reset, and the peer
   * might lose the last GOAWAY.
   */
  | "linger";

/** Where a session stands. */
export type SessionState =
  /** The peer's preface and SETTINGS are awaited. */
  | { readonly kind: "handshaking"; readonly until: number }
  /** Everything is possible. */
  | { readonly kind: "open" }
  /** No new streams; running ones may finish. */
  | {
    readonly kind: "draining";
    readonly by: "local" | "peer";
    readonly reason: string;
    /** When running streams are cut off; `Infinity` for never. */
    readonly closeAt: number;
    /** The GOAWAY of the peer, if that is what drains the connection. */
    readonly goaway?: Goaway;
  }
  /** It is over. */
  | {
    readonly kind: "closed";
    readonly reason: CloseReason;
    readonly closeMode: CloseMode;
  };
