import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Job } from "./calls_programs/jobs.ts";
import { MissingTool, programOnDeno, requireTool } from "./calls_build.ts";
import { FLOOR, OURS } from "./calls_stacks.ts";
import { makeCertificate } from "./peers/certificate.ts";
import { isForBareSockets, JOB_GROUPS } from "./peers/jobs.ts";
import { toMarkdown } from "./peers/markdown.ts";
import { toSvg } from "./peers/picture.ts";
import { lossesOf, ratiosOf } from "./peers/ratios.ts";
import { takeTurns } from "./peers/rounds.ts";
import type { Setting } from "./peers/setting.ts";
import { merge, type Report, type Section } from "./peers/tables.ts";

/** Milliseconds of each job: enough to see that it can be done. */
const BRIEF = 5;

const ABOUT = { title: "Calls", note: "Of a kind.", taken: "2026-01-01" };

const ours = programOnDeno("ours");
const contender = { name: OURS, server: ours, client: ours };
const bare = programOnDeno("floor");
const floor = { name: FLOOR.name, server: bare, client: bare };

for (const group of JOB_GROUPS) {
  Deno.test(`peers.ts can measure: ${group.title}`, async () => {
    await using tls = await makeCertificate();
    const jobs = Object.fromEntries(
      Object.entries(group.jobs).map(([title, job]) => [title, fewer(job)]),
    );
    const tables = await takeTurns(
      settingOf(tls),
      [
        contender,
        { ...floor, can: (job) => isForBareSockets(job, group.tls) },
      ],
      jobs,
      group.tls ? tls : undefined,
    );
    assertEquals(tables.map(({ title }) => title), Object.keys(jobs));
    for (const { title, rows } of tables) {
      const isForFloor = isForBareSockets(jobs[title], group.tls);
      assertEquals(rows.length, isForFloor ? 2 : 1);
      for (const row of rows) {
        assert("figures" in row, JSON.stringify(rows));
        const [rate] = Object.values(row.figures[title]);
        assert(rate > 0);
      }
    }
  });
}

Deno.test("a tool that is there and fails is missing, as one that is not there", async () => {
  await requireTool("true", "--version");
  await assertRejects(
    () => requireTool("false", ""),
    MissingTool,
    "false  fails",
  );
  await assertRejects(
    () => requireTool("no-such-tool", "--version"),
    MissingTool,
    "no-such-tool is not installed",
  );
});

Deno.test("peers.ts names a stack that fails, and measures the others", async () => {
  await using tls = await makeCertificate();
  const broken = [Deno.execPath(), "eval", "0"] as const;
  const [{ title, rows }] = await takeTurns(
    settingOf(tls),
    [contender, { name: "broken", server: broken, client: broken }],
    { once: { kind: "burst", calls: 1 } },
  );
  assertEquals(title, "once");
  assert("figures" in rows[0]);
  assert("missing" in rows[1]);
  assertEquals(rows[1].missing, "its server ended with exit code 0");
});

Deno.test("the report of peers.ts has a row for each stack, and bars for those with figures", () => {
  const report = reportOf([sectionOf("unary", 1_234_567)]);
  const markdown = toMarkdown(report);
  assert(markdown.includes("| 1 at a time | calls/s |"), markdown);
  assert(markdown.includes(`| ${OURS} | 1 234 567 |`), markdown);
  assert(markdown.includes("| absent | – |"), markdown);
  assert(markdown.includes("- absent: `cc is not installed`"), markdown);
  const svg = toSvg(report);
  assertEquals(svg.match(/class="ours" x=/g)?.length, 1);
  assertEquals(svg.includes("absent"), false);
});

Deno.test("ratios are above 1 where this package is ahead, and losses are told in words", () => {
  const title = "1 at a time";
  const rowOf = (name: string, rate: number, p99: number) => ({
    name,
    figures: { [title]: { "calls/s": rate, "p99 us": p99 } },
  });
  const rows = [
    rowOf(OURS, 100, 10),
    rowOf("slow", 50, 5),
    rowOf("fast", 200, 40),
    rowOf("equal", 102, 10),
    rowOf("bare sockets", 400, 1),
  ];
  const ratios = ratiosOf({ ...ABOUT, id: "unary", tables: [{ title, rows }] });
  assertEquals(ratios.names, ["slow", "fast", "equal", "bare sockets"]);
  assertEquals(ratios.rows[0].ratios.slow, 2);
  assertEquals(ratios.rows[1].ratios.fast, 4);
  assertEquals(lossesOf(ratios), [
    "1 at a time: fast (0.50)",
    "1 at a time, p99: slow (0.50)",
  ]);
});

Deno.test("where one side is another stack's, the ratio is what ours in its place brings", () => {
  const title = "a job";
  const rowOf = (name: string, rate: number) => ({
    name,
    figures: { [title]: { "calls/s": rate } },
  });
  const rows = [
    rowOf(OURS, 100),
    rowOf("other, ours serves", 30),
    rowOf("other, ours calls", 10),
    rowOf("other, both", 20),
  ];
  const { rows: found } = ratiosOf({
    ...ABOUT,
    id: "cross",
    tables: [{ title, rows }],
  });
  assertEquals(found, [
    { title: "a job, our client for theirs", ratios: { other: .5 } },
    { title: "a job, our server for theirs", ratios: { other: 1.5 } },
  ]);
});

Deno.test("a part of a run replaces what it measured anew, in the order of the report", () => {
  const before = [sectionOf("unary", 1), sectionOf("streams", 1)];
  const merged = merge(before, [sectionOf("bidi", 2), sectionOf("unary", 2)], [
    "unary",
    "bidi",
    "streams",
  ]);
  assertEquals(merged, [
    sectionOf("unary", 2),
    sectionOf("bidi", 2),
    sectionOf("streams", 1),
  ]);
});

function settingOf(tls: Setting["tls"]): Setting {
  return { stacks: [], rounds: 1, milliseconds: BRIEF, tls, tell: () => {} };
}

function fewer(job: Job): Job {
  return job.kind === "burst" ? { ...job, calls: 100 } : job;
}

function sectionOf(id: string, rate: number): Section {
  const title = "1 at a time";
  return {
    ...ABOUT,
    id,
    tables: [{
      title,
      rows: [
        { name: OURS, figures: { [title]: { "calls/s": rate } } },
        { name: "absent", missing: "cc is not installed" },
      ],
    }],
  };
}

function reportOf(sections: readonly Section[]): Report {
  return { machine: { cores: "2" }, versions: { Deno: "2" }, sections };
}
