import process from "node:process";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { echoHandlers, echoService } from "./echo.ts";
import { channelOptions, parseFlags } from "./flags.ts";
import { report, reportUnsupported } from "./report.ts";
import { reportLog } from "./trace.ts";

const STOP_GRACE = 2000;

/** A limit of 0 is left to the default of grpc-js. */
const DEFAULTS = {
  "port": 0,
  "min-time": 0,
  "permit-without-stream": false,
  "max-ping-strikes": 0,
  "keepalive-time": 0,
  "keepalive-timeout": 0,
  "max-connection-idle": 0,
  "max-connection-age": 0,
  "max-connection-age-grace": 0,
};

const ENFORCEMENT = [
  "min-time",
  "permit-without-stream",
  "max-ping-strikes",
] as const;

export function serve(args: string[]): void {
  const flags = parseFlags(args, DEFAULTS);
  for (const name of ENFORCEMENT) {
    if (!flags[name]) continue;
    reportUnsupported(`--${name}`, "grpc-js servers do not police pings");
  }
  reportLog("server");
  const server = new grpc.Server(channelOptions({
    "grpc.keepalive_time_ms": flags["keepalive-time"],
    "grpc.keepalive_timeout_ms": flags["keepalive-timeout"],
    "grpc.max_connection_idle_ms": flags["max-connection-idle"],
    "grpc.max_connection_age_ms": flags["max-connection-age"],
    "grpc.max_connection_age_grace_ms": flags["max-connection-age-grace"],
  }));
  server.addService(echoService, echoHandlers);
  server.bindAsync(
    `127.0.0.1:${flags.port}`,
    grpc.ServerCredentials.createInsecure(),
    (error, port) => {
      if (error !== null) throw error;
      report("listening", { port });
    },
  );
  process.once("SIGTERM", () => stop(server));
}

/** Stops gracefully, and by force when clients stay. */
function stop(server: grpc.Server): void {
  const leave = () => {
    report("stopped");
    process.exit(0);
  };
  setTimeout(() => {
    server.forceShutdown();
    leave();
  }, STOP_GRACE);
  server.tryShutdown(leave);
}
