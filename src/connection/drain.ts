/**
 * The two phases of a drain, as in grpc-go and gRPC Core
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 section 6.8}).
 *
 * ```text
 *   +------+  drain, of a server: GOAWAY(2^31-1) and a PING   +-----------+
 *   | none | -----------------------------------------------> | announced |
 *   +------+                                                  +-----------+
 *      | drain, of a client          PING acknowledged, or 5 s later |
 *      v                                 GOAWAY(the last stream) v
 *   +---------------------------------------------------------------------+
 *   | final                                                               |
 *   +---------------------------------------------------------------------+
 * ```
 */
export type DrainState =
  /** Nobody asked for a drain. */
  | { readonly kind: "none" }
  /** GOAWAY(2^31-1) and a PING are out: streams under way still count. */
  | {
    readonly kind: "announced";
    /** The debug data of both GOAWAYs. */
    readonly debug: string;
    /** When the final GOAWAY is sent without the acknowledgement. */
    readonly finalAt: number;
  }
  /** The final GOAWAY is out, or a client stopped: no stream opens any more. */
  | { readonly kind: "final"; readonly lastStreamId: number };

/**
 * Milliseconds that the final GOAWAY waits for the PING of the drain to be
 * acknowledged, as in grpc-go.
 */
export const DRAIN_PING_TIMEOUT = 5_000;
