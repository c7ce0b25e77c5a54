import { Buffer } from "node:buffer";
import http2 from "node:http2";
import process from "node:process";
import { parseFlags } from "./flags.mjs";
import { decodeMessages, encodeMessage } from "./grpc.mjs";
import { enforce, keepAlive } from "./keepalive.mjs";
import { goaway, report, reportSession } from "./report.mjs";

const STOP_GRACE = 2000;
const MAX_STREAM_ID = 2 ** 31 - 1;
const DEFAULT_REPEAT = 10;
const UNIMPLEMENTED = "12";

/** A limit of 0 is off; without --min-time no ping is too early. */
const DEFAULTS = {
  "port": 0,
  "min-time": 0,
  "permit-without-stream": false,
  "max-ping-strikes": 2,
  "keepalive-time": 0,
  "keepalive-timeout": 20_000,
  "max-connection-idle": 0,
  "max-connection-age": 0,
  "max-connection-age-grace": 0,
};

export function serve(args) {
  const flags = parseFlags(args, DEFAULTS);
  const connections = new Map();
  const server = http2.createServer();
  server.on("session", (session) => {
    connections.set(session, manage(session, flags));
    session.on("close", () => connections.delete(session));
  });
  server.on(
    "stream",
    (stream, headers) => connections.get(stream.session).open(stream, headers),
  );
  server.listen(flags.port, "127.0.0.1", () => {
    report("listening", { port: server.address().port });
  });
  process.once("SIGTERM", () => {
    for (const { drain } of connections.values()) {
      drain("graceful_stop", STOP_GRACE);
    }
    server.close(() => {
      report("stopped");
      process.exit(0);
    });
  });
}

let connectionCount = 0;

/** Applies keepalive, enforcement, idle and age limits to one session. */
function manage(session, flags) {
  const conn = ++connectionCount;
  let streams = 0;
  let idleTimer;
  let pings = { wrote() {} };

  const { remoteAddress, remotePort } = session.socket;
  report("connection", { conn, remote: `${remoteAddress}:${remotePort}` });
  reportSession(session, conn);
  if (flags["min-time"] > 0) {
    pings = enforce(session, conn, {
      minTime: flags["min-time"],
      permitWithoutStream: flags["permit-without-stream"],
      maxStrikes: flags["max-ping-strikes"],
      streams: () => streams,
    });
  }
  if (flags["keepalive-time"] > 0) {
    const allowed = () => true;
    const [time, timeout] = [
      flags["keepalive-time"],
      flags["keepalive-timeout"],
    ];
    keepAlive(session, conn, { time, timeout, allowed });
  }
  const ageTimer = after(flags["max-connection-age"], () => {
    drain("max_age", flags["max-connection-age-grace"]);
  });
  session.on("close", () => {
    clearTimeout(ageTimer);
    clearTimeout(idleTimer);
  });
  watchIdle();
  return { open, drain };

  function open(stream, headers) {
    streams += 1;
    clearTimeout(idleTimer);
    stream.on(
      "error",
      (error) => report("error", { conn, message: error.message }),
    );
    stream.on("close", () => {
      streams -= 1;
      if (streams === 0 && !session.destroyed) watchIdle();
    });
    answer(stream, headers, pings.wrote);
  }

  function watchIdle() {
    idleTimer = after(flags["max-connection-idle"], () => drain("max_idle"));
  }

  function drain(debug, grace = 0) {
    goaway(
      session,
      conn,
      http2.constants.NGHTTP2_NO_ERROR,
      MAX_STREAM_ID,
      debug,
    );
    session.close();
    const graceTimer = after(grace, () => session.destroy());
    session.on("close", () => clearTimeout(graceTimer));
  }
}

function after(time, action) {
  return time > 0 ? setTimeout(action, time) : undefined;
}

const METHODS = {
  "/echo.Echo/Unary": echoEach,
  "/echo.Echo/Bidi": echoEach,
  async *"/echo.Echo/ServerStream"(messages, headers) {
    const repeat = Number(headers["x-repeat"] ?? DEFAULT_REPEAT);
    for await (const message of messages) {
      for (let n = 0; n < repeat; n++) yield message;
    }
  },
  async *"/echo.Echo/ClientStream"(messages) {
    const all = [];
    for await (const message of messages) all.push(message);
    yield Buffer.concat(all);
  },
};

async function* echoEach(messages) {
  yield* messages;
}

async function answer(stream, headers, wrote) {
  const method = METHODS[headers[":path"]];
  const response = { ":status": 200, "content-type": "application/grpc" };
  wrote();
  if (method === undefined) {
    stream.respond({ ...response, "grpc-status": UNIMPLEMENTED }, {
      endStream: true,
    });
    return;
  }
  stream.respond(response, { waitForTrailers: true });
  stream.on("wantTrailers", () => {
    wrote();
    stream.sendTrailers({ "grpc-status": "0" });
  });
  try {
    for await (const message of method(decodeMessages(stream), headers)) {
      wrote();
      stream.write(encodeMessage(message));
    }
    stream.end();
  } catch {
    stream.destroy();
  }
}
