import { patientClient } from "./patient_client.ts";
import type { Scenario } from "./stage.ts";
import type { ToolProcess } from "./tool_process.ts";
import { allHappenWithin, isAsSaid, saysGoodbye } from "./verdict.ts";

const AGE = 4_000;
const PATIENT_CLIENTS = 3;

/** GOAWAY with the largest identifier announces, the next one is final. */
const BOTH_GOAWAYS = "2147483647, 0";

/** Old connections are retired, but not all of them at once. */
export const age: Scenario = {
  title: "Four connections that grow old together",
  introduction: [
    "At the age of 4 s the server retires each, 10 % sooner or later, so that they",
    "do not leave at once. It says so twice: GOAWAY announces the end, and a second",
    "one is final when the first has surely arrived. One client leaves at the first,",
    "as it has nothing to finish; three wait for the second.",
  ],

  async play(stage) {
    const server = stage.server(
      "--max-connection-age 4s --max-connection-age-grace 2s --max-connection-idle infinity",
      ["goaway-sent", "closed"],
    );
    const port = await server.port();
    const client = stage.client(port, "--keepalive-time 10s", [
      "established",
      "goaway-received",
    ]);
    const patient = Promise.all(
      Array.from({ length: PATIENT_CLIENTS }, () => patientClient(port)),
    );
    await stage.wait(
      "All four are retired",
      AGE,
      server.waitFor("closed", { count: PATIENT_CLIENTS + 1 }),
    );
    const goaways = (await patient).map((ids) => ids.join(", "));
    const goodbye = await client.waitFor("goaway-received");
    const status = await client.status;
    stage.judge(
      allHappenWithin(
        "Four old connections are retired",
        0.9 * AGE,
        1.1 * AGE,
        agesOf(server),
      ),
      isAsSaid(
        "... first announced, then final",
        BOTH_GOAWAYS,
        goaways.find((ids) => ids !== BOTH_GOAWAYS) ?? BOTH_GOAWAYS,
      ),
      saysGoodbye("... and told why", "NO_ERROR", "max_age", goodbye),
      isAsSaid(
        "... which is no error for the client",
        "exit status 0",
        `exit status ${status}`,
      ),
    );
  },
};

/** How old each connection of a server was when it was retired. */
function agesOf(server: ToolProcess): number[] {
  const established = server.linesOf("established");
  return server.linesOf("draining").map(({ at, connection }) => {
    const begin = established.find((line) => line.connection === connection);
    return at - (begin?.at ?? NaN);
  });
}
