import type { Scenario } from "./stage.ts";
import { happensAfter, isAsSaid, saysGoodbye } from "./verdict.ts";

const IDLE = 3_000;

/** A connection that nobody uses is retired. */
export const idle: Scenario = {
  title: "A connection that nobody uses",
  introduction: [
    "Without a call for 3 s, the server retires the connection. PINGs keep it",
    "alive, but do not count as use.",
  ],

  async play(stage) {
    const server = stage.server(
      "--max-connection-idle 3s --max-connection-age infinity --min-time 500ms",
      ["draining", "goaway-sent"],
    );
    const client = stage.client(
      await server.port(),
      "--keepalive-time 1s --minimum-time 1s",
      ["established", "ping-acked", "goaway-received", "stopped"],
    );
    const established = await server.waitFor("established");
    const draining = await stage.wait(
      "The server retires it",
      IDLE,
      server.waitFor("draining"),
    );
    const goodbye = await client.waitFor("goaway-received");
    const status = await client.status;
    stage.judge(
      happensAfter(
        "An idle connection is retired",
        IDLE,
        draining.at - established.at,
      ),
      saysGoodbye(
        "... and its client told why",
        "NO_ERROR",
        "max_idle",
        goodbye,
      ),
      isAsSaid(
        "... which is no error for the client",
        "exit status 0",
        `exit status ${status}`,
      ),
    );
  },
};
