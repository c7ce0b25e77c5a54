/**
 * What Prometheus' own parser, that of its client for Python, reads of the
 * metrics that a server of `Deno.serve` answers with.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Prometheus } from "../../src/metrics/mod.ts";
import { echo, Stage } from "../grpc/support/words.ts";
import { readExposition } from "../metrics/support/exposition.ts";
import {
  onceFor,
  type Outcome,
  pathBeside,
  run,
  runAll,
  withLock,
} from "./tools.ts";

const READ = `
import json, sys, urllib.request
from prometheus_client.parser import text_string_to_metric_families
with urllib.request.urlopen(sys.argv[1]) as response:
    text = response.read().decode("utf-8")
print(json.dumps([[family.name, family.type, family.documentation, [
    [sample.name, sample.labels, str(sample.value)] for sample in family.samples
]] for family in text_string_to_metric_families(text)]))
`;

type Family = [
  name: string,
  type: string,
  help: string,
  samples: [name: string, labels: Record<string, string>, value: string][],
];

/** The folder of the parser, or why there is none. */
async function findParser(): Promise<Outcome> {
  const python = await run(["python3", "--version"]);
  if (!python.ok) return { ok: false, text: "Python 3 is missing" };
  return await withLock("prometheus", async (folder) => {
    const requirements = pathBeside(import.meta.url, "prometheus.txt");
    const packages = `${folder}/packages`;
    const inputs = [python.text, await Deno.readTextFile(requirements)];
    const pip = ["python3", "-m", "pip", "install", "--quiet", "--no-deps"];
    const installed = await onceFor(folder, inputs, () =>
      runAll([[
        ...[...pip, "--only-binary=:all:", "--upgrade", "--target", packages],
        ...["-r", requirements],
      ]]));
    return installed.ok ? { ok: true, text: packages } : installed;
  });
}

const parser = await findParser();
const [why] = parser.text.split("\n");

Deno.test({
  name: parser.ok
    ? "Prometheus' own parser reads the metrics as they are meant"
    : `Prometheus' own parser (skipped: ${why})`,
  ignore: !parser.ok,
  fn: async () => {
    const observer = new Prometheus({ names: "both" });
    await using stage = new Stage(echo, {
      server: { observer },
      channel: { observer },
    });
    await stage.words.one("a word");
    await Array.fromAsync(stage.words.both(["a", "b"]));
    await stage.clients[0].ping();
    await using http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => observer.response(),
    );
    const address = `http://127.0.0.1:${http.addr.port}/metrics`;
    const read = await run(["python3", "-c", READ, address], {
      env: { PYTHONPATH: parser.text },
    });
    assert(read.ok, read.text);
    assertReadAlike(JSON.parse(read.text), observer.metrics());
  },
});

function assertReadAlike(families: readonly Family[], text: string): void {
  const metrics = [...readExposition(text).values()];
  assert(metrics.length > 20, `${metrics.length}`);
  assertEquals(
    families.map(([name, type]) => [name, type]),
    // The parser takes the ending of counters off.
    metrics.map(({ name, kind }) => [name.replace(/_total$/, ""), kind]),
  );
  for (const [index, { help, samples }] of metrics.entries()) {
    const [, , documentation, read] = families[index];
    assertEquals(documentation, help);
    assertEquals(
      read.map(([name, labels, value]) => [name, labels, Number(value)]),
      samples.map(({ name, labels, value }) => [name, labels, value]),
    );
  }
}
