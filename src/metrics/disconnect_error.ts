import { ErrorCode, errorCodeName } from "../frames/mod.ts";
import type { CloseReason, SessionState } from "../session/mod.ts";

/**
 * Why a subchannel lost its connection, in the words of
 * {@link https://github.com/grpc/proposal/blob/master/A94-subchannel-otel-metrics.md | gRFC A94}.
 * Of several reasons, the first counts: a GOAWAY before the socket that failed
 * after it.
 */
export function disconnectError(state: SessionState): string {
  switch (state.kind) {
    case "draining":
      return state.goaway === undefined
        ? SHUTDOWN
        : goawayError(state.goaway.code);
    case "closed":
      return closeError(state.reason);
    default:
      return SHUTDOWN;
  }
}

const SHUTDOWN = "subchannel shutdown";

/** A code that is none has no name: a peer is not to make up a series. */
function goawayError(code: number): string {
  const isKnown = code <= ErrorCode.HTTP_1_1_REQUIRED;
  return `GOAWAY ${isKnown ? errorCodeName(code) : "UNKNOWN"}`;
}

function closeError({ kind, code, goaway, message }: CloseReason): string {
  if (goaway !== undefined) return goawayError(goaway.code);
  switch (kind) {
    case "goaway":
    case "too-many-pings":
      return goawayError(code);
    case "local-close":
    case "drained":
    case "grace-over":
      return SHUTDOWN;
    case "keepalive-timeout":
    case "settings-timeout":
    case "handshake-timeout":
      return "connection timed out";
    case "socket-error":
      return socketError(message);
    default:
      return "unknown";
  }
}

/** The runtimes tell the kind of a socket's error in its text. */
const SOCKET_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/ECONNRESET|connection (?:was )?reset/i, "connection reset"],
  [/ECONNABORTED|connection (?:was )?abort/i, "connection aborted"],
  [/ETIMEDOUT|connection timed out/i, "connection timed out"],
];

function socketError(message: string): string {
  const found = SOCKET_ERRORS.find(([text]) => text.test(message));
  return found?.[1] ?? "socket error";
}
