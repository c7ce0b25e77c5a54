import { Relay } from "./relay.ts";
import type { Scenario } from "./stage.ts";
import { happensAfter } from "./verdict.ts";

/** `time` + `timeout` of the client below. */
const CLIENT_NOTICES = 2_000 + 1_000;

/** `time` + `timeout` of the server below. */
const SERVER_NOTICES = 3_000 + 1_000;

/** Milliseconds to wait for what is promised within a few seconds. */
const LIMIT = 10_000;

/** The network is cut, and neither end is told. */
export const goneDark: Scenario = {
  title: "A connection that goes dark",
  introduction: [
    "A relay between both ends stops forwarding. There is no FIN and no RST:",
    "TCP alone would take a quarter of an hour to notice.",
  ],

  async play(stage) {
    const server = stage.server(
      "--keepalive-time 3s --keepalive-timeout 1s --min-time 1s --max-connection-idle infinity --max-connection-age infinity",
      ["keepalive-timeout"],
    );
    const relay = stage.use(new Relay(await server.port()));
    const client = stage.client(
      relay.port,
      "--keepalive-time 2s --keepalive-timeout 1s --minimum-time 2s",
      ["established", "ping-sent", "ping-acked", "keepalive-timeout"],
    );
    await stage.wait("A first PING", 2_000, client.waitFor("ping-acked"));
    relay.goDark();
    stage.say("The network is cut. Both ends still believe in it.");
    const [seenByClient, seenByServer] = await stage.wait(
      "Both ends notice",
      SERVER_NOTICES,
      Promise.all([
        client.waitFor("keepalive-timeout", { limit: LIMIT }),
        server.waitFor("keepalive-timeout", { limit: LIMIT }),
      ]),
    );
    stage.judge(
      happensAfter(
        "A dead server is noticed: time + timeout",
        CLIENT_NOTICES,
        seenByClient.silence,
      ),
      happensAfter(
        "A dead client is noticed: time + timeout",
        SERVER_NOTICES,
        seenByServer.silence,
      ),
    );
  },
};
