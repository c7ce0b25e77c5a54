import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { encodeGoaway, ErrorCode } from "../../src/frames/mod.ts";
import {
  clientParameters,
  closeMessage,
  type CloseReason,
  explain,
  goawayText,
  isGraceful,
  serverParameters,
} from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { reasonOf } from "./close_reason_support.ts";

const REASON: CloseReason = {
  kind: "end-of-stream",
  by: "peer",
  code: ErrorCode.NO_ERROR,
  debug: "",
  message: "error reading from server: EOF",
  at: 5_000,
  lastReadAt: 2_000,
  lastPings: [],
};

Deno.test("explain: who, what and how long nothing had been read", () => {
  assertEquals(
    explain(REASON),
    "Closed by the peer (end-of-stream): error reading from server: EOF; last read 3 s before",
  );
  assertMatch(explain({ ...REASON, by: "local" }), /^Closed by this end \(/);
  assertMatch(explain({ ...REASON, by: "network" }), /^Closed by the network /);
});

Deno.test("explain: a connection that never heard anything", () => {
  assertMatch(
    explain({ ...REASON, lastReadAt: -1 }),
    /; nothing was ever read$/,
  );
});

Deno.test("explain: how the last PINGs went, and short times with hundredths", () => {
  const lastPings = [
    { purpose: "keepalive", id: 1, sentAt: 1_000, rtt: 0.456 },
    { purpose: "user", id: 2, sentAt: 3_000, rtt: 81.6 },
    { purpose: "drain", id: 3, sentAt: 4_995.5 },
  ] as const;
  assertEquals(
    explain({ ...REASON, lastPings }),
    "Closed by the peer (end-of-stream): error reading from server: EOF; last read 3 s before; " +
      "keepalive PING 4 s before (answered in 0.46 ms); " +
      "user PING 2 s before (answered in 82 ms); " +
      "drain PING 4.5 ms before (no answer)",
  );
});

Deno.test("explain: long times in minutes and hours", () => {
  const at = 10_000_000;
  const lastPings = [
    { purpose: "keepalive", id: 1, sentAt: at - 9_000_000, rtt: 70_500 },
    { purpose: "keepalive", id: 2, sentAt: at - 320_000 },
  ] as const;
  assertMatch(
    explain({ ...REASON, at, lastReadAt: at - 340_000, lastPings }),
    new RegExp(
      "; last read 5 min 40 s before; " +
        "keepalive PING 2 h 30 min before \\(answered in 70.5 s\\); " +
        "keepalive PING 5 min 20 s before \\(no answer\\)$",
    ),
  );
});

Deno.test("explain: the story of a dead server", () => {
  const keepalive = {
    time: 10_000,
    timeout: 1_000,
    permitWithoutStream: true,
  };
  const peer = new ScriptedPeer(clientParameters({ keepalive })).handshake();
  peer.acknowledges = 30;
  peer.advanceTo(25_000);
  peer.acknowledges = undefined;
  peer.advanceTo(60_000);
  assertEquals(
    explain(reasonOf(peer.session)),
    "Closed by this end (keepalive-timeout): keepalive ping failed to receive ACK within timeout; " +
      "last read 11 s before; " +
      "keepalive PING 21.1 s before (answered in 30 ms); " +
      "keepalive PING 11 s before (answered in 30 ms); " +
      "keepalive PING 1 s before (no answer)",
  );
});

Deno.test("lastPings: the last four, oldest first", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.acknowledges = 5;
  for (let i = 1; i <= 6; i++) {
    peer.advanceTo(100 * i);
    peer.command((session, now) => session.ping(now));
  }
  peer.command((session, now) => session.close(now));
  assertEquals(reasonOf(peer.session).lastPings, [
    { purpose: "user", id: 3, sentAt: 300, rtt: 5 },
    { purpose: "user", id: 4, sentAt: 400, rtt: 5 },
    { purpose: "user", id: 5, sentAt: 500, rtt: 5 },
    { purpose: "user", id: 6, sentAt: 600 },
  ]);
});

Deno.test("isGraceful: an end that was agreed on, with NO_ERROR", () => {
  const graceful = ["local-close", "drained", "goaway"] as const;
  for (const kind of graceful) {
    assertEquals(isGraceful({ ...REASON, kind }), true);
    const code = ErrorCode.ENHANCE_YOUR_CALM;
    assertEquals(isGraceful({ ...REASON, kind, code }), false);
  }
  const failures = [
    "grace-over",
    "keepalive-timeout",
    "too-many-pings",
    "protocol-error",
    "settings-timeout",
    "handshake-timeout",
    "end-of-stream",
    "socket-error",
    "internal-error",
  ] as const;
  for (const kind of failures) {
    assertEquals(isGraceful({ ...REASON, kind }), false);
  }
});

Deno.test("the words of grpc-go for a GOAWAY, and for what followed on it", () => {
  assertEquals(goawayText(ErrorCode.NO_ERROR, ""), "code: NO_ERROR");
  assertEquals(
    goawayText(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"),
    'code: ENHANCE_YOUR_CALM, debug data: "too_many_pings"',
  );
  assertEquals(closeMessage("EOF", undefined), "EOF");
  assertEquals(
    closeMessage("EOF", { lastStreamId: 1, code: 0, debug: "max_age" }),
    'closing transport due to: connection error: desc = "EOF", received prior goaway: code: NO_ERROR, debug data: "max_age"',
  );
});

/** What a client makes of debug data. */
function debugOf(debugData: Uint8Array): string {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.say((writer) => encodeGoaway(writer, 0, ErrorCode.NO_ERROR, debugData));
  const { debug, message } = reasonOf(peer.session);
  assertEquals(
    message,
    `received goaway: code: NO_ERROR, debug data: "${debug}"`,
  );
  return debug;
}

Deno.test("debug data: what could steer a terminal or forge a line of a log is escaped", () => {
  const octets = new TextEncoder();
  assertEquals(
    debugOf(octets.encode("\x1b[2J\x1b]0;x\x07")),
    [
      "\\x1b[2J",
      "\\x1b]0;x\\x07",
    ].join(""),
  );
  assertEquals(
    debugOf(octets.encode("a\r\nb\t\x7f")),
    "a\\x0d\\x0ab\\x09\\x7f",
  );
  assertEquals(debugOf(octets.encode("grün")), "gr\\xc3\\xbcn");
  assertEquals(debugOf(Uint8Array.of(0, 0x9b, 0xff)), "\\x00\\x9b\\xff");
});

Deno.test("debug data: no octet gets through but printable ASCII", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assertMatch(debugOf(all), /^[ -~]+$/);
});

Deno.test("debug data: long data is cut", () => {
  const exact = debugOf(new Uint8Array(1_024).fill(0x61));
  assertEquals(exact, "a".repeat(1_024));
  const cut = debugOf(new Uint8Array(16_000).fill(0x61));
  assertEquals(cut, `${"a".repeat(1_024)}…`);
});

Deno.test("what is no reason cannot be explained", () => {
  for (const reason of [undefined, null, new Error("x"), "closed", {}]) {
    assertThrows(
      () => explain(reason as unknown as CloseReason),
      TypeError,
      "Cannot explain: expected a CloseReason, such as the cause of a GrpcError may be, received",
    );
  }
});
