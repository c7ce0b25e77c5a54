import type { HeaderField } from "../hpack/mod.ts";
import type { Goaway } from "./goaway.ts";
import type { PeerSettings } from "./peer_settings.ts";
import type { PingPurpose } from "./ping_record.ts";

/**
 * What happened on a connection. An event is made where it happens, with its
 * time, and handed on as it is by all layers above. `at` is in milliseconds of the
 * connection's clock.
 */
export type ConnectionEvent =
  | StreamEvent
  | PingEvent
  | SettingsEvent
  | GoawayEvent
  | StreamErrorEvent;

/** What happens on a stream. */
export type StreamEvent =
  & { readonly at: number }
  & (
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
    /** Less data of a stream waits than fills a frame, or none. */
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
    }
  );

/**
 * PINGs of both ends
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.7 | RFC 9113 section 6.7}).
 */
export type PingEvent =
  & { readonly at: number }
  & (
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
  );

/**
 * SETTINGS of both ends
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5 | RFC 9113 section 6.5}).
 */
export type SettingsEvent =
  & { readonly at: number }
  & (
    /** The peer's first SETTINGS arrived: the connection can be used. */
    | { readonly type: "established" }
    /** The peer changed its SETTINGS. */
    | {
      readonly type: "settings-received";
      /** All that are in force from now on. */
      readonly settings: Readonly<PeerSettings>;
    }
    /** The peer acknowledged the SETTINGS of this end. */
    | { readonly type: "settings-acked" }
  );

/**
 * The end of a connection is announced
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 section 6.8}).
 */
export type GoawayEvent =
  & { readonly at: number }
  & (
    /** A GOAWAY was sent. */
    | ({ readonly type: "goaway-sent" } & Goaway)
    /** A GOAWAY was received. */
    | ({ readonly type: "goaway-received" } & Goaway)
    /** The connection drains: no new streams, running ones may finish. */
    | {
      readonly type: "draining";
      readonly by: "local" | "peer";
      /** The debug data of the GOAWAY, such as `max_age`. */
      readonly reason: string;
      /** When running streams are cut off, `Infinity` for never. */
      readonly closeAt: number;
    }
  );

/**
 * What the peer sent on a stream is an error there (RFC 9113 section 5.4.2): it
 * was refused with RST_STREAM. A stream that was open is `reset`, too.
 */
export type StreamErrorEvent = {
  readonly at: number;
  readonly type: "stream-error";
  readonly streamId: number;
  /** The error code, see `ErrorCode`. */
  readonly code: number;
  /** What was received against what was expected. */
  readonly reason: string;
};
