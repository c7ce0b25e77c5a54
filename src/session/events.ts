import type { Goaway, PingPurpose } from "../connection/mod.ts";
import type { HeaderField } from "../hpack/mod.ts";
import type { CloseReason } from "./close_reason.ts";

/** What happened to a connection. `at` is milliseconds of its clock. */
export type SessionEvent = { readonly at: number } & SessionEventDetail;

/** The kinds of events, told apart by `type`. */
export type SessionEventDetail =
  | KeepaliveEvent
  | LifecycleEvent
  | StreamEvent;

/** PINGs and what they tell. */
export type KeepaliveEvent =
  /** A PING was sent. */
  | {
    readonly type: "ping-sent";
    readonly purpose: PingPurpose;
    readonly id: number;
  }
  /** A PING was acknowledged, `rtt` milliseconds after it was sent. */
  | {
    readonly type: "ping-acked";
    readonly purpose: PingPurpose;
    readonly id: number;
    readonly rtt: number;
  }
  /** A PING of the peer arrived and was acknowledged. */
  | { readonly type: "ping-received" }
  /**
   * A PING of the peer came too early: strike number `strikes`, where more
   * than `limit` end the connection (0 is no limit).
   */
  | {
    readonly type: "ping-strike";
    readonly strikes: number;
    readonly limit: number;
  }
  /** No stream is active: keepalive sleeps until one opens. */
  | { readonly type: "keepalive-dormant" }
  /** A stream was opened: keepalive runs again. */
  | { readonly type: "keepalive-woken" }
  /** Nothing was read for the keepalive timeout; the close follows. */
  | {
    readonly type: "keepalive-timeout";
    /** Milliseconds since the last read. */
    readonly silence: number;
  }
  /** The machine slept, or its clock was set forward. */
  | {
    readonly type: "suspended";
    /** Milliseconds slept. */
    readonly slept: number;
  };

/** From the handshake to the end. */
export type LifecycleEvent =
  /** An option was adjusted. */
  | { readonly type: "warning"; readonly message: string }
  /** The peer's SETTINGS arrived: the connection can be used. */
  | { readonly type: "established" }
  /** The peer changed its SETTINGS. */
  | { readonly type: "settings-received" }
  /** The peer acknowledged the SETTINGS of this end. */
  | { readonly type: "settings-acked" }
  /** A GOAWAY was sent. */
  | ({ readonly type: "goaway-sent" } & Goaway)
  /** A GOAWAY was received. */
  | ({ readonly type: "goaway-received" } & Goaway)
  /** The connection retires: no new streams, running ones may finish. */
  | {
    readonly type: "draining";
    readonly by: "local" | "peer";
    /** The debug data of the GOAWAY, such as `max_age`. */
    readonly reason: string;
    /** When running streams are cut off, `Infinity` for never. */
    readonly closeAt: number;
  }
  /**
   * What the peer sent on a stream is an error there, see RFC 9113 section
   * 5.4.2: it was refused with RST_STREAM.
   */
  | {
    readonly type: "stream-error";
    readonly streamId: number;
    /** The error code, see `ErrorCode`. */
    readonly code: number;
    /** What was received against what was expected. */
    readonly reason: string;
  }
  /** The connection ended; the last event. */
  | { readonly type: "closed"; readonly reason: CloseReason };

/** What happens on a stream. */
export type StreamEvent =
  /** A field section arrived; `opens` if it opens the stream. */
  | {
    readonly type: "headers";
    readonly streamId: number;
    readonly headers: readonly HeaderField[];
    readonly endStream: boolean;
    readonly opens: boolean;
  }
  /** Data arrived: a view that is valid until octets are received again. */
  | {
    readonly type: "data";
    readonly streamId: number;
    readonly data: Uint8Array;
    readonly endStream: boolean;
  }
  /** All data of a stream that had to wait has been sent. */
  | { readonly type: "writable"; readonly streamId: number }
  /** Both ends have ended a stream. */
  | { readonly type: "ended"; readonly streamId: number }
  /**
   * A stream ended early. `unprocessed` if the peer has promised not to have
   * acted on it, so that the request may be sent again; `reason` if this end
   * has refused what the peer sent.
   */
  | {
    readonly type: "reset";
    readonly streamId: number;
    readonly code: number;
    readonly by: "local" | "peer";
    readonly unprocessed: boolean;
    readonly reason?: string;
  };
