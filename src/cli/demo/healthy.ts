import { duration } from "../../options/mod.ts";
import type { Scenario } from "./stage.ts";
import type { ToolProcess } from "./tool_process.ts";
import { isAsSaid, saysGoodbye } from "./verdict.ts";

const PINGS = 4;

/** Nothing happens to a healthy connection, until its server stops. */
export const healthy: Scenario = {
  title: "A healthy connection with nothing to say",
  introduction: [
    "After 1 s of silence the client sends a PING, and the server answers.",
  ],

  async play(stage) {
    const server = stage.server(
      "--min-time 500ms --max-connection-idle infinity --max-connection-age infinity",
      ["stopping"],
    );
    const client = stage.client(
      await server.port(),
      "--keepalive-time 1s --minimum-time 1s",
      ["established", "ping-acked", "goaway-received"],
    );
    await stage.wait(
      `${PINGS} PINGs and their answers`,
      PINGS * 1_000,
      client.waitFor("ping-acked", { count: PINGS }),
    );
    const rtts = answersOf(client);
    const closed = client.linesOf("closed").length;
    stage.say(
      `Answered in ${duration(Math.min(...rtts))} to ${
        duration(Math.max(...rtts))
      }. Now the server is told to stop.`,
    );
    server.signal("SIGTERM");
    const goodbye = await client.waitFor("goaway-received");
    const status = await client.status;
    stage.judge(
      isAsSaid(
        "Every PING of a healthy peer is answered",
        `${PINGS} of ${PINGS}`,
        `${rtts.length} of ${PINGS}`,
      ),
      isAsSaid("... and nobody closes", "0 times", `${closed} times`),
      saysGoodbye(
        "A server that stops says so",
        "NO_ERROR",
        "graceful_stop",
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

/** How long the answer to each of the first PINGs took. */
function answersOf(client: ToolProcess): number[] {
  const first = client.linesOf("ping-sent").slice(0, PINGS);
  return client.linesOf("ping-acked")
    .filter(({ id }) => first.some((sent) => sent.id === id))
    .map(({ rtt }) => rtt);
}
