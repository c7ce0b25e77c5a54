import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { Narrator, type Story } from "../../src/cli/demo/narrator.ts";
import { Play } from "../../src/cli/demo/play.ts";
import { Relay } from "../../src/cli/demo/relay.ts";
import { tableOf } from "../../src/cli/demo/table.ts";
import {
  allHappenWithin,
  happensAfter,
  isAsSaid,
  saysGoodbye,
  SLACK,
} from "../../src/cli/demo/verdict.ts";
import { atLeast } from "../harness/time.ts";

Deno.test("A time keeps its promise from the moment to the slack after it", () => {
  const isKept = (measured: number) => happensAfter("", 1_000, measured).kept;
  assertEquals(
    [998, 999, 1_000, 1_000 + SLACK, 1_001 + SLACK, NaN].map(isKept),
    [false, true, true, true, false, false],
  );
  const areKept = (...measured: number[]) =>
    allHappenWithin("", 900, 1_100, measured).kept;
  assert(areKept(900, 1_100));
  assert(!areKept(890, 1_000));
  assert(!areKept(1_000, 1_101 + SLACK));
  assert(!areKept());
});

Deno.test("A goodbye keeps its promise with the right code and the right reason", () => {
  const goodbye = { codeName: "NO_ERROR", debug: "max_age" };
  assert(saysGoodbye("", "NO_ERROR", "max_age", goodbye).kept);
  assert(!saysGoodbye("", "NO_ERROR", "max_idle", goodbye).kept);
  const other = saysGoodbye("", "CANCEL", "max_age", goodbye);
  assertEquals([other.kept, other.measured], [false, "NO_ERROR max_age"]);
});

Deno.test("The table shows what was kept and what was not, and counts it", () => {
  const kept = isAsSaid("Kept", "a", "a");
  const broken = isAsSaid("Broken", "a", "b");
  assertStringIncludes(tableOf([kept, kept]), "All 2 promises were kept.");
  const table = stripVTControlCharacters(tableOf([kept, broken]));
  assertStringIncludes(table, "1 of 2 promises were not kept.");
  const rows = table.split("\n");
  assert(rows.some((row) => /^Kept +a +a +✓ yes$/.test(row)), table);
  assert(rows.some((row) => /^Broken +a +b +✗ NO$/.test(row)), table);
});

Deno.test("A scenario that fails has broken its promise", async () => {
  using narrator = new Narrator({ silent: true });
  const play = new Play({
    title: "Doomed",
    introduction: [],
    play: () => Promise.reject(new Error("It was not to be")),
  }, narrator.begin());
  await play.finished;
  const [{ scenario, kept, error }] = play.verdicts;
  assertEquals([scenario, kept, error], ["Doomed", false, "It was not to be"]);
});

Deno.test("Stories are told one after the other, whoever speaks first", () => {
  const told: string[] = [];
  const narrator = new Narrator({
    live: false,
    print: (text) => void told.push(text),
  });
  const [first, second]: Story[] = [narrator.begin(), narrator.begin()];
  second.add("second 1");
  first.add("first 1");
  second.add("second 2");
  assertEquals(told, ["first 1\n"]);
  first.add("first 2");
  first.end();
  second.add("second 3");
  second.end();
  narrator[Symbol.dispose]();
  assertEquals(told.join("").trimEnd().split("\n"), [
    "first 1",
    "first 2",
    "second 1",
    "second 2",
    "second 3",
  ]);
});

Deno.test("A relay forwards until it goes dark, and then closes nothing", async () => {
  using target = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using relay = new Relay(target.addr.port);
  using near = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
  using far = await target.accept();
  const buffer = new Uint8Array(8);
  await near.write(Uint8Array.of(1, 2));
  assertEquals(await far.read(buffer), 2);
  await far.write(Uint8Array.of(3));
  assertEquals(await near.read(buffer), 1);
  relay.goDark();
  await near.write(Uint8Array.of(4));
  await near.closeWrite();
  const silence = Symbol();
  const reading = far.read(buffer).catch(() => silence);
  const pause = atLeast(100).then(() => silence);
  assertEquals(await Promise.race([reading, pause]), silence);
  far.close();
  await reading;
});
