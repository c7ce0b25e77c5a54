/**
 * This module beside the other gRPC stacks: calls, streams, TLS, starts,
 * connections, and each side alone.
 *
 * ```sh
 * deno task bench:peers                                # everything, half an hour
 * deno task bench:peers --jobs unary,streams --only ours,tonic,go
 * deno task bench:peers --jobs tls-unary --rounds 3 --json
 * deno task bench:peers --jobs unary --out figures     # and so on, part by part
 * deno task bench:peers --draw --out figures --page .github/BENCHMARKS.md
 * ```
 *
 * Each stack has a server in one process and a client in another, joined by one
 * connection over loopback TCP. What is not there yet is built or installed;
 * a stack whose tools are missing is named and left out. The stacks take turns,
 * round by round, after a warm-up; figures are medians over the rounds. What
 * else runs on the machine disturbs them all alike: trust the ratios.
 *
 * - `--jobs`: kinds of jobs, by the names that `--help` lists.
 * - `--only`: words in names of stacks; `ours` for this module.
 * - `--rounds`: 5 unless told otherwise.
 * - `--milliseconds`: how long a job takes in each round; 500.
 * - `--json`: figures as JSON instead of tables.
 * - `--out`: a folder for `peers.json` and `peers.md`. Kinds of jobs that it
 *   holds from before stay, so that a run can be made in parts; each is written
 *   as soon as it is done.
 * - `--page`: a page of Markdown that gets the tables of `--out` after its line
 *   `<!-- figures -->`, and the pictures beside it.
 * - `--draw`: measures nothing, and writes these anew from what `--out` holds.
 *
 * @module
 */
import { JSON_FLAG, numberFlag, runTask, UsageError } from "../harness/task.ts";
import { chosen, FLOOR, MORE_STACKS, STACKS } from "./calls_stacks.ts";
import { COUNT, ONLY_FLAG, requireSome } from "./flags.ts";
import { makeCertificate } from "./peers/certificate.ts";
import { KINDS } from "./peers/kinds.ts";
import { describeMachine, versions } from "./peers/machine.ts";
import { toMarkdown } from "./peers/markdown.ts";
import { readReport, toJson, writePage, writeReport } from "./peers/output.ts";
import { prepare, progress, type Setting } from "./peers/setting.ts";
import { merge, type Report, type Section } from "./peers/tables.ts";

interface Settings {
  readonly jobs: readonly string[];
  readonly only: string;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly json: boolean;
  readonly out?: string;
  readonly page?: string;
  readonly draw: boolean;
}

const ALL = KINDS.map(({ id }) => id);

async function run(settings: Settings): Promise<number> {
  const { out, page, draw, json } = settings;
  if (page !== undefined && out === undefined) {
    throw new UsageError("Cannot use --page: it goes with --out");
  }
  if (draw && out === undefined) {
    throw new UsageError("Cannot use --draw: it goes with --out");
  }
  let whole = out === undefined ? undefined : await readReport(out);
  if (draw && whole === undefined) {
    throw new UsageError(`Cannot use --draw: there is no ${out}/peers.json`);
  }
  if (!draw) {
    const report = await measure(settings, async (part) => {
      if (out === undefined) return;
      const sections = merge(whole?.sections ?? [], part.sections, ALL);
      whole = { ...part, sections };
      await writeReport(out, whole);
    });
    console.log(json ? toJson(report) : toMarkdown(report));
  }
  if (draw) await writeReport(out!, whole = withWords(whole!));
  if (page !== undefined) await writePage(page, whole!);
  return 0;
}

/** Measures what was asked for; `keep` gets each part as soon as it is done. */
async function measure(
  { jobs, only, rounds, milliseconds }: Settings,
  keep: (part: Report) => Promise<void>,
): Promise<Report> {
  const tell = progress();
  await using tls = await makeCertificate();
  const all = [...STACKS, ...MORE_STACKS, FLOOR];
  const asked = chosen(all, only);
  requireSome(asked, all);
  const stacks = await prepare(asked, tell);
  const setting: Setting = { stacks, rounds, milliseconds, tls, tell };
  const about = {
    machine: await describeMachine(),
    versions: await versions(),
  };
  const sections: Section[] = [];
  for (const { id, title, note, measure } of KINDS) {
    if (!jobs.includes(id)) continue;
    const tables = await measure(setting);
    const taken = new Date().toISOString().slice(0, 10);
    const section = { id, title, note, taken, tables };
    sections.push(section);
    await keep({ ...about, sections: [section] });
  }
  tell("done\n");
  return { ...about, sections };
}

/** With the titles and notes that the sections have now. */
function withWords(report: Report): Report {
  const sections = report.sections.map((section) => {
    const { title, note } = KINDS.find(({ id }) => id === section.id) ??
      section;
    return { ...section, title, note };
  });
  return { ...report, sections };
}

function jobsOf(text: string): string[] {
  const asked = text.split(",");
  const unknown = asked.find((id) => !ALL.includes(id));
  if (unknown === undefined) return asked;
  throw new UsageError(
    `Cannot use --jobs: there is no "${unknown}", expected some of ${
      ALL.join(", ")
    }`,
  );
}

if (import.meta.main) {
  await runTask<Settings>({
    name: "bench:peers",
    purpose: "Measures this module beside the other gRPC stacks, which take" +
      " turns with it. All jobs take half an hour.",
    examples: [
      "deno task bench:peers --jobs unary,streams --only ours,tonic,go",
      "deno task bench:peers --jobs unary --out figures",
      "deno task bench:peers --draw --out figures --page .github/BENCHMARKS.md",
    ],
    notes: [
      "",
      "Jobs:",
      ...KINDS.map(({ id, title }) => `  ${id.padEnd(14)} ${title}`),
    ],
    flags: [
      {
        flags: "--jobs <names>",
        help: "Jobs, by commas",
        value: ALL,
        shown: "all",
        read: jobsOf,
      },
      ONLY_FLAG,
      {
        flags: "--rounds <number>",
        help: "How often each stack takes its turn",
        value: 5,
        read: numberFlag("rounds", COUNT),
      },
      {
        flags: "--milliseconds <number>",
        help: "How long a turn takes",
        value: 500,
        read: numberFlag("milliseconds", COUNT),
      },
      {
        flags: "--out <folder>",
        help: "Where to put the figures, beside those of other jobs",
      },
      {
        flags: "--page <file>",
        help: "A page of Markdown that gets all figures of --out, and pictures",
      },
      { flags: "--draw", help: "Measure nothing; write what --out holds anew" },
      JSON_FLAG,
    ],
  }, run);
}
