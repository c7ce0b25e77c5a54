import { Buffer } from "node:buffer";
import { performance } from "node:perf_hooks";
import process from "node:process";

const started = performance.now();

/** Prints one JSON object on stdout, with its type and the milliseconds since the start. */
export function report(type, fields = {}) {
  const at = Math.round((performance.now() - started) * 1000) / 1000;
  process.stdout.write(JSON.stringify({ type, at, ...fields }) + "\n");
}

export function hex(bytes) {
  return bytes.toString("hex");
}

/** Reports GOAWAYs, pings and the end of a session. */
export function reportSession(session, conn) {
  session.on(
    "ping",
    (payload) => report("ping", { conn, from: "peer", data: hex(payload) }),
  );
  session.on("goaway", (code, lastStreamId, opaque) => {
    const debug = opaque ? opaque.toString() : "";
    report("goaway", { conn, from: "peer", code, lastStreamId, debug });
  });
  session.on(
    "error",
    (error) => report("error", { conn, message: error.message }),
  );
  session.on("close", () => report("disconnected", { conn }));
}

export function goaway(session, conn, code, lastStreamId, debug) {
  if (session.destroyed) return;
  session.goaway(code, lastStreamId, Buffer.from(debug));
  report("goaway", { conn, from: "self", code, lastStreamId, debug });
}
