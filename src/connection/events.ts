import type { Goaway } from "./goaway.ts";
import type { HeaderField } from "../hpack/mod.ts";
import type { PeerSettings } from "./peer_settings.ts";
import type { PingPurpose, PingRecord } from "./ping_ledger.ts";

/** What happened on a connection. */
export type ConnectionEvent =
  /** The peer's SETTINGS arrived; with the first the handshake is over. */
  | {
    readonly type: "settings-received";
    readonly settings: Readonly<PeerSettings>;
  }
  /** The peer acknowledged the SETTINGS of this end. */
  | { readonly type: "settings-acked" }
  /** A PING of this end was sent. */
  | {
    readonly type: "ping-sent";
    readonly purpose: PingPurpose;
    readonly id: number;
  }
  /** A PING of this end was acknowledged. */
  | { readonly type: "ping-acked"; readonly ping: PingRecord }
  /** The peer wants no further streams. */
  | ({ readonly type: "goaway-received" } & Goaway)
  /** This end wants no further streams. */
  | ({ readonly type: "goaway-sent" } & Goaway)
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
   * What the peer sent on a stream is an error there (RFC 9113 section 5.4.2):
   * it was refused with RST_STREAM. A stream that was open is `reset`, too.
   */
  | {
    readonly type: "stream-error";
    readonly streamId: number;
    readonly code: number;
    readonly reason: string;
  }
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
