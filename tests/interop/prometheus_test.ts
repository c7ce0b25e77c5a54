/**
 * What Prometheus' own parsers, those of its scrapes, of its tools and of its
 * client for Python, read of the metrics that a server of `Deno.serve` answers
 * with.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type MetricNames, Prometheus } from "../../src/metrics/mod.ts";
import { echo, Stage } from "../grpc/support/words.ts";
import { readExposition } from "../metrics/support/exposition.ts";
import { preparePrometheus } from "./peers/mod.ts";
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
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
accept = sys.argv[2]
request = urllib.request.Request(sys.argv[1], headers={"Accept": accept})
with urllib.request.urlopen(request) as response:
    text = response.read().decode("utf-8")
read = openmetrics if "openmetrics" in accept else parser
print(json.dumps([[family.name, family.type, family.documentation, [
    [sample.name, sample.labels, str(sample.value)] for sample in family.samples
]] for family in read.text_string_to_metric_families(text)]))
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
const reader = await preparePrometheus();

/** Calls in all formats that a scrape may ask for. */
const FORMATS = {
  text: "text/plain;version=0.0.4",
  OpenMetrics: "application/openmetrics-text;version=1.0.0",
};

const NAMES: MetricNames[] = ["grpc", "semconv", "legacy"];

/** Some calls and a PING at both ends, and what measures them. */
async function measured(
  use: (observer: Prometheus, address: string) => Promise<void>,
  names: MetricNames[] = NAMES,
): Promise<void> {
  const observer = new Prometheus({ names });
  await using stage = new Stage(echo, {
    server: { observer },
    channel: { observer },
  });
  await stage.words.one("a word");
  await Array.fromAsync(stage.words.both(["a", "b"]));
  await stage.clients[0].ping();
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => observer.response(request),
  );
  await use(observer, `http://127.0.0.1:${http.addr.port}/metrics`);
}

for (const [format, accept] of Object.entries(FORMATS)) {
  Deno.test({
    name: parser.ok
      ? `Prometheus' parser for Python reads the metrics as they are meant, as ${format}`
      : `Prometheus' parser for Python, ${format} (skipped: ${why})`,
    ignore: !parser.ok,
    fn: () =>
      measured(async (observer, address) => {
        const read = await run(["python3", "-c", READ, address, accept], {
          env: { PYTHONPATH: parser.text },
        });
        assert(read.ok, read.text);
        assertReadAlike(JSON.parse(read.text), observer.metrics());
      }),
  });

  Deno.test({
    name: reader.available
      ? `Prometheus' own scrape and the linter of its promtool take the metrics, as ${format}`
      : `Prometheus' own scrape, ${format} (skipped: ${reader.why})`,
    ignore: !reader.available,
    fn: () =>
      measured(async (observer, address) => {
        const answer = await fetch(address, { headers: { accept } });
        const read = await scrape(
          await answer.text(),
          answer.headers.get("content-type")!,
        );
        assertScrapedAlike(read, observer.metrics());
        assertEquals(read.problems ?? [], []);
        const units = format === "text" ? 0 : 10;
        assert(Object.keys(read.units).length >= units);
      }),
  });
}

/** Not built for this: with all of Prometheus it takes more than five minutes. */
const promtool = await run(["promtool", "--version"]);

for (const names of [...NAMES.map((name) => [name]), NAMES]) {
  Deno.test({
    name: promtool.ok
      ? `\`promtool check metrics\` finds nothing in the metrics named ${names}`
      : `promtool, ${names} (skipped: ${promtool.text})`,
    ignore: !promtool.ok,
    fn: () =>
      measured(async (observer) => {
        const child = new Deno.Command("promtool", {
          args: ["check", "metrics"],
          stdin: "piped",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(observer.metrics()));
        await writer.close();
        const { code, stdout, stderr } = await child.output();
        const said = new TextDecoder().decode(stderr) +
          new TextDecoder().decode(stdout);
        assertEquals([code, said], [0, ""]);
      }, names),
  });
}

/** What Prometheus has read in a scrape. */
interface Scraped {
  readonly types: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, string>>;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
  }[];
  readonly problems: readonly string[] | null;
}

async function scrape(text: string, contentType: string): Promise<Scraped> {
  if (!reader.available) throw new Error(reader.why);
  const child = new Deno.Command(reader.command[0], {
    args: [contentType],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

function assertScrapedAlike({ types, samples }: Scraped, text: string): void {
  const metrics = [...readExposition(text).values()];
  const bare = (name: string) => name.replace(/_total$/, "");
  assertEquals(
    Object.fromEntries(
      Object.entries(types).map(([name, kind]) => [bare(name), kind]),
    ),
    Object.fromEntries(metrics.map(({ name, kind }) => [bare(name), kind])),
  );
  const known = metrics.flatMap(({ samples }) => samples).map((
    { name, labels, value },
  ) => key({ ...labels, __name__: name }, value));
  const read = samples.map(({ labels, value }) => key(labels, Number(value)));
  assertEquals(read.sort(), known.sort());
}

/** A sample as text; a scrape writes bounds in its own way. */
function key(labels: Readonly<Record<string, string>>, value: number): string {
  const { le } = labels;
  const bound = le === undefined
    ? {}
    : { le: String(Number(le.replace("+Inf", "Infinity"))) };
  return JSON.stringify([
    Object.entries({ ...labels, ...bound }).sort(),
    value,
  ]);
}

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
      read.map(([name, labels, value]) => [name, key(labels, Number(value))]),
      samples.map(({ name, labels, value }) => [name, key(labels, value)]),
    );
  }
}
