import type { Scenario } from "./stage.ts";
import { isAsSaid, saysGoodbye } from "./verdict.ts";

/** A client asks too often whether the server is there. */
export const tooManyPings: Scenario = {
  title: "A client that asks too often",
  introduction: [
    "The server wants 5 s between PINGs, the client sends two a second. The",
    "first one is free, two may come too early, and the next one is too many. It",
    "does not say so before, or a client of this library would not do it.",
  ],

  async play(stage) {
    const server = stage.server(
      "--min-time 5s --advertise=false --max-ping-strikes 2 --max-connection-idle infinity --max-connection-age infinity",
      ["ping-received", "ping-strike", "goaway-sent"],
    );
    const client = stage.client(
      await server.port(),
      "--keepalive-time 500ms --minimum-time 500ms",
      ["established", "goaway-received"],
    );
    await stage.wait("Four PINGs", 2_000, server.waitFor("closed"));
    const pings = server.linesOf("ping-received").length;
    const goodbye = await client.waitFor("goaway-received");
    const status = await client.status;
    stage.judge(
      isAsSaid(
        "An over-eager client is shown out",
        "at PING 4",
        `at PING ${pings}`,
      ),
      saysGoodbye(
        "... and told why, ENHANCE_YOUR_CALM",
        "ENHANCE_YOUR_CALM",
        "too_many_pings",
        goodbye,
      ),
      isAsSaid(
        "... which is an error for the client",
        "exit status 1",
        `exit status ${status}`,
      ),
    );
  },
};
