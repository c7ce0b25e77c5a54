import type { Goaway, PingRecord } from "../connection/mod.ts";
import { ErrorCode, errorCodeName } from "../frames/mod.ts";
import { display, duration } from "../options/mod.ts";

/** What ended a connection. */
export type CloseKind =
  /** `close()` was called at this end. */
  | "local-close"
  /** A drain of this end is complete: idle, old, or shut down. */
  | "drained"
  /** The grace after the drain for age is over; streams were cut off. */
  | "grace-over"
  /** The peer sent GOAWAY, and nothing was left to do or the peer closed. */
  | "goaway"
  /** Nothing was read for the keepalive timeout after a PING. */
  | "keepalive-timeout"
  /** The peer sent too many PINGs: it was disconnected with a GOAWAY. */
  | "too-many-pings"
  /** The peer violated HTTP/2, or flooded this end. */
  | "protocol-error"
  /** The peer did not acknowledge SETTINGS in time. */
  | "settings-timeout"
  /** The peer's preface and SETTINGS did not arrive in time. */
  | "handshake-timeout"
  /** The peer closed the socket without a GOAWAY. */
  | "end-of-stream"
  /** Reading or writing failed. */
  | "socket-error"
  /** A fault of this library: neither the peer nor the network is to blame. */
  | "internal-error";

/** Why a connection ended: what happened, who did it, and what came before. */
export interface CloseReason {
  /** What happened. */
  readonly kind: CloseKind;
  /**
   * Who ended it: this end, the peer with a GOAWAY or by closing the socket, or
   * the network without either.
   */
  readonly by: "local" | "peer" | "network";
  /** The error code sent or received, see `ErrorCode`. */
  readonly code: number;
  /** The debug data sent or received, as printable text. */
  readonly debug: string;
  /** A sentence for people, and for the status of calls that failed. */
  readonly message: string;
  /** When it ended, in milliseconds of the session's clock. */
  readonly at: number;
  /** When octets were last read, or -1 if none ever were. */
  readonly lastReadAt: number;
  /** The last PINGs of this end, oldest first. */
  readonly lastPings: readonly Readonly<PingRecord>[];
  /** The GOAWAY of the peer, if there was one. */
  readonly goaway?: Goaway;
  /**
   * A sentence for each thing that people should know of its keepalive, such as
   * that the server has asked for fewer PINGs; none is there without one.
   */
  readonly findings?: readonly string[];
}

/** The text of grpc-go for a connection that keepalive has ended. */
export const KEEPALIVE_TIMEOUT_TEXT =
  "keepalive ping failed to receive ACK within timeout";

/**
 * The sentence for a close, in grpc-go's words where it has some: if a GOAWAY
 * came before, it is part of it.
 */
export function closeMessage(text: string, goaway: Goaway | undefined): string {
  return goaway === undefined
    ? text
    : `closing transport due to: connection error: desc = "${text}", received prior goaway: ${
      goawayText(goaway.code, goaway.debug)
    }`;
}

/** A GOAWAY in grpc-go's words: `code: NO_ERROR, debug data: "max_age"`. */
export function goawayText(code: number, debug: string): string {
  const name = `code: ${errorCodeName(code)}`;
  return debug === "" ? name : `${name}, debug data: "${debug}"`;
}

/**
 * Why a connection ended, in a sentence: who ended it, how long nothing had been
 * read, and how the last PINGs went.
 *
 * @param reason What `transport.closed` resolves to, the `reason` of a
 * `ConnectionClosedError`, or the `cause` of a `GrpcError`.
 * @throws {TypeError} If it is something else.
 */
export function explain(reason: CloseReason): string {
  if (typeof Object(reason).kind !== "string") {
    throw new TypeError(
      `Cannot explain: expected a CloseReason, such as the cause of a GrpcError may be, received ${
        display(reason)
      }`,
    );
  }
  return [explainEnd(reason), ...explainPast(reason)].join("; ");
}

/** The first part of {@linkcode explain}: who ended the connection, and why. */
export function explainEnd({ by, kind, message }: CloseReason): string {
  const who = { local: "this end", peer: "the peer", network: "the network" };
  return `Closed by ${who[by]} (${kind}): ${message}`;
}

/** The other parts of {@linkcode explain}: the last read, and the last PINGs. */
export function explainPast(reason: CloseReason): string[] {
  const { at, lastReadAt, lastPings, findings = [] } = reason;
  const read = lastReadAt < 0
    ? "nothing was ever read"
    : `last read ${duration(at - lastReadAt)} before`;
  const pings = lastPings.map(({ purpose, sentAt, rtt }) =>
    `${purpose} PING ${duration(at - sentAt)} before (${
      rtt === undefined ? "no answer" : `answered in ${duration(rtt)}`
    })`
  );
  return [read, ...pings, ...findings];
}

/** Whether the end was one that peers agreed on, not a failure. */
export function isGraceful(reason: CloseReason): boolean {
  return reason.code === ErrorCode.NO_ERROR &&
    ["local-close", "drained", "goaway"].includes(reason.kind);
}
