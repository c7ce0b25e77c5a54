import type { Goaway, PingRecord, Role } from "../connection/mod.ts";
import { type ConnectionError, ErrorCode } from "../frames/mod.ts";
import { milliseconds } from "../options/mod.ts";
import {
  type CloseKind,
  closeMessage,
  type CloseReason,
  goawayText,
  KEEPALIVE_TIMEOUT_TEXT,
} from "./close_reason.ts";
import type { CloseMode } from "./state.ts";

/** The debug data of a client that leaves, as in grpc-go. */
const CLIENT_SHUTDOWN = "client transport shutdown";

/** The debug data of a client whose keepalive gives up. */
const CLIENT_GAVE_UP = `${CLIENT_SHUTDOWN}: ${KEEPALIVE_TIMEOUT_TEXT}`;

/** The debug data of a server that leaves without a drain. */
const SERVER_SHUTDOWN = "server transport shutdown";

/** The debug data for a client that sent too many PINGs, as in all of gRPC. */
export const TOO_MANY_PINGS = "too_many_pings";

/** How a connection ends. */
export interface CloseAction {
  /** What happened. */
  readonly kind: CloseKind;
  /** Who ended it. */
  readonly by: CloseReason["by"];
  /** A sentence for people. */
  readonly text: string;
  /** The error code; NO_ERROR if there is none. */
  readonly code?: number;
  /** The debug data; empty if there is none. */
  readonly debug?: string;
  /** Whether to send a GOAWAY with that code and that debug data. */
  readonly goaway?: boolean;
  /** What remains to be done with the socket. */
  readonly closeMode: CloseMode;
}

/** This end closes because it was told to. */
export function localClose(role: Role): CloseAction {
  return {
    kind: "local-close",
    by: "local",
    text: "the connection was closed here",
    debug: role === "client" ? CLIENT_SHUTDOWN : SERVER_SHUTDOWN,
    goaway: true,
    closeMode: closeModeOf(role),
  };
}

/** A drain of this end is complete. A server has said so by now. */
export function drained(role: Role, reason: string): CloseAction {
  return {
    kind: "drained",
    by: "local",
    text: `the connection was drained${reason === "" ? "" : `: ${reason}`}`,
    debug: role === "client" ? CLIENT_SHUTDOWN : reason,
    goaway: role === "client",
    closeMode: closeModeOf(role),
  };
}

/** The grace after the drain for age is over; no further GOAWAY (gRFC A9). */
export function graceOver(): CloseAction {
  return {
    kind: "grace-over",
    by: "local",
    text: "the grace after maxConnectionAge is over",
    debug: "max_age",
    closeMode: "linger",
  };
}

/** The peer sent GOAWAY, and there is nothing left to wait for. */
export function peerGoaway(goaway: Goaway, closeMode: CloseMode): CloseAction {
  return {
    kind: "goaway",
    by: "peer",
    text: `received goaway: ${goawayText(goaway.code, goaway.debug)}`,
    code: goaway.code,
    debug: goaway.debug,
    closeMode,
  };
}

/**
 * The peer sent GOAWAY, then the socket ended. A server has nothing to wait
 * for then; a client had streams left, and they are told what grpc-go tells.
 */
export function endAfterGoaway(
  role: Role,
  goaway: Goaway,
  action: CloseAction,
): CloseAction {
  const agreed = peerGoaway(goaway, "none");
  if (role === "server") return agreed;
  return action.kind === "end-of-stream"
    ? { ...agreed, text: closeMessage(action.text, goaway) }
    : action;
}

/**
 * The peer is gone. A server closes abruptly, as in grpc-go. A client tries to
 * say goodbye with the code of grpc-go, and why: if only the way back is broken,
 * the server can tell its operator.
 */
export function deadPeer(role: Role): CloseAction {
  return {
    kind: "keepalive-timeout",
    by: "local",
    text: KEEPALIVE_TIMEOUT_TEXT,
    debug: role === "client" ? CLIENT_GAVE_UP : "",
    goaway: role === "client",
    closeMode: role === "client" ? "flush" : "none",
  };
}

/** The client sent PINGs too often. */
export function tooManyPings(): CloseAction {
  return {
    kind: "too-many-pings",
    by: "local",
    text: "the client sent PINGs more often than the enforcement policy allows",
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: TOO_MANY_PINGS,
    goaway: true,
    closeMode: "linger",
  };
}

/** The peer violated HTTP/2. */
export function violation({ code, message }: ConnectionError): CloseAction {
  const kind = code === ErrorCode.SETTINGS_TIMEOUT
    ? "settings-timeout"
    : "protocol-error";
  return {
    kind,
    by: "local",
    text: message,
    code,
    debug: message,
    goaway: true,
    closeMode: "linger",
  };
}

/** The peer did not say enough in time to begin with. */
export function handshakeTimeout(role: Role, timeout: number): CloseAction {
  return {
    kind: "handshake-timeout",
    by: "local",
    text: `received no HTTP/2 preface and SETTINGS from the ${
      peerOf(role)
    } within ${milliseconds(timeout)}`,
    code: ErrorCode.PROTOCOL_ERROR,
    debug: "handshake timeout",
    goaway: true,
    closeMode: "flush",
  };
}

/** The peer took its time with the handshake, and others need the room. */
export function abandonedHandshake(why: string): CloseAction {
  return {
    kind: "handshake-timeout",
    by: "local",
    text: why,
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: "handshake took too long",
    goaway: true,
    closeMode: "flush",
  };
}

/** The peer closed the socket without a GOAWAY. */
export function endOfStream(role: Role, established: boolean): CloseAction {
  const when = established ? "" : " before the HTTP/2 handshake was over";
  return {
    kind: "end-of-stream",
    by: "peer",
    text: `error reading from ${peerOf(role)}: EOF${when}`,
    closeMode: "none",
  };
}

/** The socket failed. */
export function socketError(role: Role, description: string): CloseAction {
  return {
    kind: "socket-error",
    by: "network",
    text: `error reading from ${peerOf(role)}: ${description}`,
    code: ErrorCode.INTERNAL_ERROR,
    closeMode: "none",
  };
}

/** Something failed at this end that never should; the peer is not told what. */
export function internalError(description: string): CloseAction {
  return {
    kind: "internal-error",
    by: "local",
    text: `internal error of this end: ${description}`,
    code: ErrorCode.INTERNAL_ERROR,
    debug: "internal error",
    goaway: true,
    closeMode: "linger",
  };
}

/** Makes the public reason of a close. */
export function closeReason(
  action: CloseAction,
  at: number,
  lastReadAt: number,
  lastPings: readonly PingRecord[],
  goaway: Goaway | undefined,
  findings: readonly string[] = [],
): CloseReason {
  const { kind, by, text, code = ErrorCode.NO_ERROR, debug = "" } = action;
  return {
    kind,
    by,
    code,
    debug,
    message: kind === "goaway" ? text : closeMessage(text, goaway),
    at,
    lastReadAt,
    lastPings,
    ...(goaway === undefined ? {} : { goaway }),
    ...(findings.length === 0 ? {} : { findings }),
  };
}

function peerOf(role: Role): Role {
  return role === "client" ? "server" : "client";
}

function closeModeOf(role: Role): CloseMode {
  return role === "client" ? "flush" : "linger";
}
