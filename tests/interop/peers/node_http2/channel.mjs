import http2 from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { keepAlive, ping } from "./keepalive.mjs";
import { report, reportSession } from "./report.mjs";

const RECONNECT_DELAY = 100;
const MAX_OUTSTANDING_PINGS = 1000;

/** Keeps a connection to the target: one that drains or is lost is replaced after a short wait. */
export class Channel {
  #flags;
  #count = 0;
  #ready;
  #session;

  constructor(flags) {
    this.#flags = flags;
    this.#ready = this.#connect();
  }

  async openStream(method, headers = {}) {
    const connection = await this.#ready;
    if (connection.session.closed) {
      await sleep(RECONNECT_DELAY);
      return this.openStream(method, headers);
    }
    const stream = connection.session.request({
      ":method": "POST",
      ":path": `/echo.Echo/${method}`,
      "content-type": "application/grpc",
      "te": "trailers",
      ...headers,
    });
    connection.streams += 1;
    stream.once("close", () => connection.streams -= 1);
    return stream;
  }

  close() {
    this.#session.destroy();
  }

  /** Settles with the first connection that becomes ready. */
  #connect() {
    const conn = ++this.#count;
    const { target } = this.#flags;
    report("state", { state: "CONNECTING" });
    const session = http2.connect(`http://${target}`, {
      maxOutstandingPings: MAX_OUTSTANDING_PINGS,
    });
    this.#session = session;
    const connection = { session, streams: 0 };
    reportSession(session, conn);
    session.once("connect", () => {
      report("connection", { conn, remote: target });
      this.#startPings(connection, conn);
    });
    return new Promise((resolve) => {
      session.once("remoteSettings", () => {
        report("state", { state: "READY" });
        resolve(connection);
      });
      const replace = () => {
        session.off("goaway", replace);
        session.off("close", replace);
        report("state", { state: "IDLE" });
        this.#ready = sleep(RECONNECT_DELAY).then(() => this.#connect());
        resolve(this.#ready);
      };
      session.once("goaway", replace);
      session.once("close", replace);
    });
  }

  #startPings(connection, conn) {
    const flags = this.#flags;
    const { session } = connection;
    if (flags["ping-every"] > 0) {
      const timer = setInterval(() => ping(session, conn), flags["ping-every"]);
      session.once("close", () => clearInterval(timer));
    }
    if (flags["keepalive-time"] > 0) {
      keepAlive(session, conn, {
        time: flags["keepalive-time"],
        timeout: flags["keepalive-timeout"],
        allowed: () => flags["permit-without-stream"] || connection.streams > 0,
      });
    }
  }
}
