/** Who wanted a PING. */
export type PingPurpose =
  /** Keepalive: is the peer there? */
  | "keepalive"
  /** The barrier between the two GOAWAYs of a drain. */
  | "drain"
  /** The bandwidth-delay product is being measured. */
  | "bdp"
  /** The user asked for the round-trip time. */
  | "user";

/** A PING that was sent. */
export interface PingRecord {
  /** Who wanted it. */
  readonly purpose: PingPurpose;
  /** Counts the PINGs of this end, from 1. */
  readonly id: number;
  /** When it was sent, in milliseconds of the session's clock. */
  readonly sentAt: number;
  /** Milliseconds until its acknowledgement, if that has arrived. */
  rtt?: number | undefined;
}
