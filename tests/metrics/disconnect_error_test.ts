import { assertEquals } from "@std/assert";
import { disconnectError } from "../../src/metrics/disconnect_error.ts";
import type {
  CloseKind,
  CloseReason,
  SessionState,
} from "../../src/session/mod.ts";

/** A connection that has ended. */
function closed(
  kind: CloseKind,
  rest: Partial<CloseReason> = {},
): SessionState {
  const reason: CloseReason = {
    kind,
    by: "network",
    code: 0,
    debug: "",
    message: "",
    at: 1,
    lastReadAt: 0,
    lastPings: [],
    ...rest,
  };
  return { kind: "closed", reason, closeMode: "none" };
}

function draining(by: "local" | "peer", code?: number): SessionState {
  const goaway = { lastStreamId: 0, code: code!, debug: "" };
  return {
    kind: "draining",
    by,
    reason: "",
    closeAt: Infinity,
    ...(code === undefined ? {} : { goaway }),
  };
}

function failed(message: string): SessionState {
  return closed("socket-error", { message });
}

const goaway = { lastStreamId: 0, code: 11, debug: "too_many_pings" };

const ERRORS: readonly (readonly [string, SessionState, string])[] = [
  ["one that takes calls", { kind: "open" }, "subchannel shutdown"],
  ["a drain of this end", draining("local"), "subchannel shutdown"],
  ["a drain of the server", draining("peer", 0), "GOAWAY NO_ERROR"],
  ["its error", draining("peer", 11), "GOAWAY ENHANCE_YOUR_CALM"],
  ["a code that is none", draining("peer", 99), "GOAWAY UNKNOWN"],
  ["close()", closed("local-close"), "subchannel shutdown"],
  ["a drain that is over", closed("drained"), "subchannel shutdown"],
  ["a grace that is over", closed("grace-over"), "subchannel shutdown"],
  ["a GOAWAY", closed("goaway", { code: 2 }), "GOAWAY INTERNAL_ERROR"],
  [
    "a reset after a GOAWAY",
    closed("socket-error", { message: "ECONNRESET", goaway }),
    "GOAWAY ENHANCE_YOUR_CALM",
  ],
  ["silence", closed("keepalive-timeout"), "connection timed out"],
  ["no SETTINGS", closed("handshake-timeout"), "connection timed out"],
  ["no answer to them", closed("settings-timeout"), "connection timed out"],
  ["EOF", closed("end-of-stream"), "unknown"],
  ["a violation", closed("protocol-error", { code: 1 }), "unknown"],
  ["a fault of this library", closed("internal-error"), "unknown"],
  ["a socket", failed("Broken pipe (os error 32)"), "socket error"],
  [
    "a reset of Deno",
    failed("Connection reset by peer (os error 104)"),
    "connection reset",
  ],
  ["a reset of Node", failed("read ECONNRESET"), "connection reset"],
  [
    "an abort",
    failed("Software caused connection abort (os error 103)"),
    "connection aborted",
  ],
  [
    "the timeout of TCP",
    failed("Connection timed out (os error 110)"),
    "connection timed out",
  ],
];

for (const [what, state, error] of ERRORS) {
  Deno.test(`a connection lost to ${what} is "${error}"`, () => {
    assertEquals(disconnectError(state), error);
  });
}
