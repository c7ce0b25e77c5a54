/**
 * The server of the chaos runs, as a program: `echo.Echo` on a fixed port,
 * drained by SIGTERM.
 *
 * @module
 */
import "../harness/thorough.ts";
import { serve } from "@keepalive/grpc";
import { echo } from "../../src/cli/echo/service.ts";

/** The argument of the program. */
export interface ServerSettings {
  /** The port of the loopback interface. */
  readonly port: number;
}

/** What the program prints: it listens. */
export interface ServerLine {
  readonly type: "listening";
}

const GRACE = 2_000;

if (import.meta.main) {
  const { port }: ServerSettings = JSON.parse(Deno.args[0]);
  const server = serve({
    hostname: "127.0.0.1",
    port,
    reusePort: true,
    keepalive: { time: 2_000, timeout: 2_000 },
    enforcement: { minTime: 300, permitWithoutStream: true },
    onEvent: () => {},
  }, [echo]);
  Deno.addSignalListener("SIGTERM", async () => {
    await server.shutdown({ grace: GRACE });
    Deno.exit();
  });
  const line: ServerLine = { type: "listening" };
  console.log(JSON.stringify(line));
}
