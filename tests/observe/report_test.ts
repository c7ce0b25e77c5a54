import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Recorder, renderReport } from "../../src/observe/mod.ts";
import { hostileRecording } from "./support/recordings.ts";
import { SCENES } from "./support/scenes.ts";
import { wellFormed } from "./support/well_formed.ts";

/** What lies in a page as JSON. */
function dataOf(page: string): { recordings: unknown[]; options: unknown } {
  const [, json] = page.match(
    /<script type="application\/json" id="recordings">([^<]*)<\/script>/,
  )!;
  return JSON.parse(json);
}

for (const [name, make] of Object.entries(SCENES)) {
  Deno.test(`a report of a scene is one page with sentence, picture, numbers, events and data: ${name}`, async () => {
    const { client } = await make();
    const page = renderReport(client, { title: name });
    const counts = wellFormed(page);
    assertEquals([counts.get("svg"), counts.get("script")], [2, 1]);
    assertEquals(counts.get("details"), client.length);
    for (const part of [`<h1>${name}</h1>`, "Numbers", "Events", "Picture"]) {
      assertStringIncludes(page, part);
    }
    const addresses = page.match(/(?:src|href|url)\W+\w+:[^"' )]*/g) ?? [];
    assertEquals(addresses, [], "it needs no network");
    const { recordings } = dataOf(page);
    assertEquals(recordings.length, client.length);
  });
}

Deno.test("the sentence of a report says that the machine slept", async () => {
  const { client } = await SCENES.suspend();
  const [, sentence] = renderReport(client).match(/<p class="story bad">(.*)/)!;
  assertStringIncludes(sentence, "the machine slept for 2 h meanwhile");
});

Deno.test("what a peer says is text in a report, whatever it says", () => {
  const recording = hostileRecording();
  const page = renderReport([recording], { title: recording.peer });
  const counts = wellFormed(page);
  assertEquals([counts.get("svg"), counts.get("script")], [2, 1]);
  assertFalse(page.includes("\x1b"));
  assertFalse(page.includes("\u202e"));
  const [data] = dataOf(page).recordings as { peer: string }[];
  assertEquals(data.peer, recording.peer);
});

Deno.test("the options in force stand in a report: plain data, and no secrets", () => {
  const options = {
    keepalive: { time: Infinity, timeout: 1_000 },
    tls: { key: "SECRET" },
    metadata: { authorization: "SECRET" },
    onEvent: () => "SECRET",
    resolver: new (class Mine {
      key = "SECRET";
    })(),
    interceptors: [() => "SECRET"],
  };
  const page = renderReport([], { options });
  assertEquals(dataOf(page).options, {
    keepalive: { time: "Infinity", timeout: 1_000 },
    interceptors: [null],
  });
  assertStringIncludes(page, "Options in force");
  assertFalse(page.includes("SECRET"));
});

Deno.test("the numbers of a recorder stand in a report", () => {
  const page = renderReport([], { stats: new Recorder().stats() });
  assertStringIncludes(page, "All together: 0 open; ended: none");
  assert(page.includes("No connection was recorded"));
});

Deno.test("without a PING there is no round-trip time in a report, and no jitter", () => {
  const { stats, ...rest } = hostileRecording();
  const pings = { ...stats.pings, rtt: undefined, jitter: 0 };
  const page = renderReport([{ ...rest, stats: { ...stats, pings } }]);
  const cells = [...page.matchAll(/<td class="n">([^<]*)<\/td>/g)]
    .map(([, text]) => text);
  assertEquals(cells.slice(4, 9), ["–", "–", "–", "–", "–"]);
});

Deno.test("the options of a report are checked", () => {
  const wrong = { titel: "x" } as never;
  assertThrows(() => renderReport([], wrong), TypeError, "title");
  assertThrows(() => renderReport([], { title: "" }), TypeError, "title");
});
