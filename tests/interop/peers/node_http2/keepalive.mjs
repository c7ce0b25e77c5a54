import { Buffer } from "node:buffer";
import { constants } from "node:http2";
import { performance } from "node:perf_hooks";
import { goaway, hex, report } from "./report.mjs";

const KEEPALIVE_PAYLOAD = Buffer.alloc(8);
const IDLE_MIN_TIME = 2 * 60 * 60 * 1000;
const GOAWAY_FLUSH_TIME = 100;

/** Sends a ping, unless the session is closing: node:http2 then sends none. */
export function ping(session, conn, onAck = () => {}) {
  if (session.closed || session.destroyed) return;
  report("ping", { conn, from: "self", data: hex(KEEPALIVE_PAYLOAD) });
  session.ping(KEEPALIVE_PAYLOAD, (error, _duration, payload) => {
    if (error) return;
    report("pong", { conn, from: "peer", data: hex(payload) });
    onAck();
  });
}

/**
 * Pings `time` after the connection is made and after each answer, while `allowed()`;
 * destroys the session when an answer takes longer than `timeout`.
 */
export function keepAlive(session, conn, { time, timeout, allowed }) {
  let timer = setTimeout(beat, time);
  session.once("close", () => clearTimeout(timer));

  function beat() {
    if (session.closed) return;
    if (!allowed()) {
      timer = setTimeout(beat, time);
      return;
    }
    timer = setTimeout(giveUp, timeout);
    ping(session, conn, () => {
      clearTimeout(timer);
      timer = setTimeout(beat, time);
    });
  }

  function giveUp() {
    report("keepalive-timeout", { conn });
    session.destroy();
  }
}

/**
 * Shows out a client that pings too often, by the rules of grpc-go. node:http2
 * has none of its own and does not tell when it writes, so `wrote()` must say.
 */
export function enforce(session, conn, policy) {
  const { minTime, permitWithoutStream, maxStrikes, streams } = policy;
  let strikes = 0;
  let lastPingAt = -Infinity;
  let hasWritten = false;

  session.on("ping", judge);
  return {
    wrote() {
      hasWritten = true;
    },
  };

  function judge() {
    const now = performance.now();
    const isIdle = streams() === 0 && !permitWithoutStream;
    const isEarly = now < lastPingAt + (isIdle ? IDLE_MIN_TIME : minTime);
    if (hasWritten) strikes = 0;
    else if (isEarly) strikes += 1;
    hasWritten = false;
    lastPingAt = now;
    if (strikes <= maxStrikes) return;
    session.off("ping", judge);
    showOut(session, conn);
  }
}

function showOut(session, conn) {
  const code = constants.NGHTTP2_ENHANCE_YOUR_CALM;
  const { lastProcStreamID } = session.state;
  goaway(session, conn, code, lastProcStreamID, "too_many_pings");
  setTimeout(() => session.destroy(code), GOAWAY_FLUSH_TIME);
}
