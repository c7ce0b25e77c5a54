import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Job } from "./calls_programs/jobs.ts";
import { MissingTool, programOnDeno, requireTool } from "./calls_build.ts";
import { OURS } from "./calls_stacks.ts";
import { makeCertificate } from "./peers/certificate.ts";
import { JOB_GROUPS } from "./peers/jobs.ts";
import { toMarkdown } from "./peers/markdown.ts";
import { toSvg } from "./peers/picture.ts";
import { takeTurns } from "./peers/rounds.ts";
import type { Setting } from "./peers/setting.ts";
import { merge, type Report, type Section } from "./peers/tables.ts";

/** Milliseconds of each job: enough to see that it can be done. */
const BRIEF = 5;

const ours = programOnDeno("ours");
const contender = { name: OURS, server: ours, client: ours };

for (const group of JOB_GROUPS) {
  Deno.test(`peers.ts can measure: ${group.title}`, async () => {
    await using tls = await makeCertificate();
    const jobs = Object.fromEntries(
      Object.entries(group.jobs).map(([title, job]) => [title, fewer(job)]),
    );
    const tables = await takeTurns(
      settingOf(tls),
      [contender],
      jobs,
      group.tls ? tls : undefined,
    );
    assertEquals(tables.map(({ title }) => title), Object.keys(jobs));
    for (const { title, rows } of tables) {
      assert("figures" in rows[0], JSON.stringify(rows));
      const [rate] = Object.values(rows[0].figures[title]);
      assert(rate > 0);
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
  assert(rows[1].missing.startsWith("failed: "), rows[1].missing);
});

Deno.test("the report of peers.ts has a row for each stack, and bars for those with figures", () => {
  const report = reportOf([sectionOf("unary", 1_234_567)]);
  const markdown = toMarkdown(report);
  assert(markdown.includes("| a job | calls/s |"), markdown);
  assert(markdown.includes(`| ${OURS} | 1 234 567 |`), markdown);
  assert(markdown.includes("| absent | cc is not installed |"), markdown);
  const svg = toSvg(report);
  assertEquals(svg.match(/class="ours" x=/g)?.length, 1);
  assertEquals(svg.includes("absent"), false);
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
  return {
    id,
    title: "Calls",
    note: "Of a kind.",
    taken: "2026-01-01",
    tables: [{
      title: "a job",
      rows: [
        { name: OURS, figures: { "a job": { "calls/s": rate } } },
        { name: "absent", missing: "cc is not installed" },
      ],
    }],
  };
}

function reportOf(sections: readonly Section[]): Report {
  return { machine: { cores: "2" }, versions: { Deno: "2" }, sections };
}
