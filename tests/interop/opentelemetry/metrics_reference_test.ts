/**
 * The same calls measured by grpc-go's plugin of OpenTelemetry and by this
 * project, at each end: the same names, attributes, counts and buckets.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Prometheus } from "../../../src/metrics/mod.ts";
import { readExposition } from "../../metrics/support/exposition.ts";
import { Meters, type Metric, type Telemetry } from "./collected.ts";
import { isOurs, normalForm } from "./normal_form.ts";
import { goPlugin, otherClient, otherServer, titled } from "./peer.ts";
import { makeCalls, serveWords } from "./scene.ts";

/** The metrics of one end of the scene, by grpc-go and by us. */
interface Compared {
  readonly go: Telemetry;
  readonly ours: readonly Metric[];
  /** Ours, as Prometheus reads them. */
  readonly text: string;
  /** The targets of the scene, and names for them. */
  readonly targets: Readonly<Record<string, string>>;
}

/** An address at which nobody listens. */
function deadAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `127.0.0.1:${listener.addr.port}`;
}

/** The scene with grpc-go's client and our server, and the other way round. */
async function scene(): Promise<{ client: Compared; server: Compared }> {
  const dead = deadAddress();
  const targets: Record<string, string> = { [dead]: "dead" };
  const clientMeters = new Meters();
  const serverMeters = new Meters();
  const clientText = new Prometheus();
  const serverText = new Prometheus();
  const goAsServer = await otherServer(goPlugin, (target) => {
    targets[target] = "living";
    return makeCalls(target, dead, {
      otel: { meterProvider: clientMeters.provider },
      observer: clientText,
    });
  });
  const server = serveWords({
    otel: { meterProvider: serverMeters.provider },
    observer: serverText,
  });
  const { port } = server.addr as Deno.NetAddr;
  targets[`127.0.0.1:${port}`] = "living";
  const goAsClient = await otherClient(goPlugin, `127.0.0.1:${port}`, dead);
  await server.shutdown();
  return {
    client: {
      go: goAsClient,
      ours: await clientMeters.collected(),
      text: clientText.metrics(),
      targets,
    },
    server: {
      go: goAsServer,
      ours: await serverMeters.collected(),
      text: serverText.metrics(),
      targets,
    },
  };
}

/** The families of a text for Prometheus, with the labels of each. */
function families(text: string, isWanted: (name: string) => boolean) {
  return [...readExposition(text).values()]
    .filter(({ name }) => isWanted(name))
    .map(({ name, kind, samples }) => ({
      name,
      kind,
      labels: [
        ...new Set(samples.flatMap(({ labels }) => Object.keys(labels))),
      ].sort(),
    }));
}

Deno.test({
  name: titled(goPlugin, "and this project measure the same calls alike"),
  ignore: !goPlugin.peer.available,
  fn: async (t) => {
    const ends = await scene();
    for (const [end, { go, ours, text, targets }] of Object.entries(ends)) {
      await t.step(`the metrics of the ${end}`, () => {
        assertEquals(
          normalForm(ours, targets),
          normalForm(go.metrics, targets),
        );
        assert(go.metrics.length >= (end === "client" ? 9 : 4));
      });
      await t.step(`the text of the ${end} for Prometheus`, () => {
        const known = families(go.text, () => true);
        const names = known.map(({ name }) => name);
        assertEquals(families(text, (name) => names.includes(name)), known);
      });
    }
    await t.step("the retries that grpc-go does not measure", () => {
      const { ours } = ends.client;
      const retries = ours.filter((metric) =>
        isOurs(metric) && metric.name.startsWith("grpc.")
      );
      assertEquals(
        retries.map(({ name, points }) => [
          name,
          points.map(({ attributes, count, sum, bounds }) => [
            attributes["grpc.method"],
            count,
            name.endsWith("delay") ? sum > 0.005 && sum < 1 : sum,
            bounds?.length,
          ]),
        ]),
        [
          ["grpc.client.call.retries", [["test.Words/Flaky", 1, 2, 5]]],
          ["grpc.client.call.retry_delay", [["test.Words/Flaky", 1, true, 41]]],
        ],
      );
    });
    await t.step("the ends of calls that grpc-go does not measure", () => {
      const duration = ends.server.ours
        .find(({ name }) => name === "grpc.server.call.duration")!;
      const unknown = duration.points
        .filter(({ attributes }) => attributes["grpc.method"] === "other");
      assertEquals(
        unknown.map(({ attributes, count }) => [
          attributes["grpc.status"],
          count,
        ]),
        [["UNIMPLEMENTED", 1]],
      );
    });
  },
});
