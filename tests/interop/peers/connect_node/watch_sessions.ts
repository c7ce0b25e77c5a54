/**
 * Tells of the sessions that connect-node opens: it hides them.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import http2 from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import { report } from "../grpc_js/report.ts";

/** Reports GOAWAYs and the ends of all sessions from now on. */
export function watchSessions(onGoaway: () => void): void {
  const { connect } = http2;
  let count = 0;
  // deno-lint-ignore no-explicit-any
  http2.connect = (...args: any[]) => {
    // deno-lint-ignore no-explicit-any
    const session = (connect as any)(...args) as http2.ClientHttp2Session;
    const conn = ++count;
    session.on(
      "goaway",
      (code: number, lastStreamId: number, data?: Buffer) => {
        const debug = data?.toString() ?? "";
        report("goaway", { conn, from: "peer", code, lastStreamId, debug });
        onGoaway();
      },
    );
    session.on("close", () => report("disconnected", { conn }));
    return session;
  };
  syncBuiltinESMExports();
}
