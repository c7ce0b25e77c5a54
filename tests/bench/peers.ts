/**
 * This module beside the other gRPC stacks: calls, streams, TLS, starts,
 * connections, and each side alone.
 *
 * ```sh
 * deno task bench:peers                                # everything, half an hour
 * deno task bench:peers --jobs unary,streams --only ours,tonic,go
 * deno task bench:peers --jobs tls-unary --rounds 3 --json
 * deno task bench:peers --jobs unary --out figures     # and so on, part by part
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
 * - `--out`: a folder for `peers.json`, `peers.md` and `peers.svg`. Kinds of jobs
 *   that it holds from before stay, so that a run can be made in parts.
 * - `--page`: a page of Markdown that gets the tables of `--out` after its line
 *   `<!-- figures -->`, and the picture beside it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { chosen, FLOOR, MORE_STACKS, STACKS } from "./calls_stacks.ts";
import { makeCertificate } from "./peers/certificate.ts";
import { type Kind, KINDS } from "./peers/kinds.ts";
import { describeMachine, versions } from "./peers/machine.ts";
import { toMarkdown } from "./peers/markdown.ts";
import { toSvg } from "./peers/picture.ts";
import { prepare, progress, type Setting } from "./peers/setting.ts";
import { merge, type Report, type Section } from "./peers/tables.ts";

/** The line of a page that figures follow. */
const FIGURES = "<!-- figures -->\n\n";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    jobs: { type: "string", default: "" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    milliseconds: { type: "string", default: "500" },
    json: { type: "boolean", default: false },
    out: { type: "string" },
    page: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (import.meta.main) {
  if (flags.help) help();
  else await measure();
}

function help(): void {
  console.log(
    "Usage: deno task bench:peers [--jobs unary,streams] [--only ours,go] " +
      "[--rounds 5]\n  [--milliseconds 500] [--json] [--out folder] " +
      "[--page file]\n\nJobs, of which all are done unless some are named:",
  );
  for (const { id, title } of KINDS) console.log(`  ${id.padEnd(14)} ${title}`);
}

async function measure(): Promise<void> {
  const kinds = chosenKinds();
  const tell = progress();
  await using tls = await makeCertificate();
  const stacks = [...STACKS, ...MORE_STACKS, FLOOR];
  const setting: Setting = {
    stacks: await prepare(chosen(stacks, flags.only), tell),
    rounds: Number(flags.rounds),
    milliseconds: Number(flags.milliseconds),
    tls,
    tell,
  };
  const sections: Section[] = [];
  for (const { id, title, note, measure } of kinds) {
    const tables = await measure(setting);
    const taken = new Date().toISOString().slice(0, 10);
    sections.push({ id, title, note, taken, tables });
  }
  tell("done\n");
  const report: Report = {
    machine: await describeMachine(),
    versions: await versions(),
    sections,
  };
  console.log(flags.json ? toJson(report) : toMarkdown(report));
  if (flags.out === undefined) return;
  const whole = await write(flags.out, report);
  if (flags.page !== undefined) await writePage(flags.page, whole);
}

function chosenKinds(): Kind[] {
  const asked = flags.jobs.split(",").filter((id) => id !== "");
  const unknown = asked.filter((id) => !KINDS.some((kind) => kind.id === id));
  if (unknown.length > 0) {
    throw new RangeError(
      `There are no jobs ${unknown.join(", ")}: see --help for their names`,
    );
  }
  return KINDS.filter(({ id }) => asked.length === 0 || asked.includes(id));
}

async function write(folder: string, report: Report): Promise<Report> {
  await Deno.mkdir(folder, { recursive: true });
  const order = KINDS.map(({ id }) => id);
  const sections = merge(await readSections(folder), report.sections, order);
  const whole = { ...report, sections };
  await Deno.writeTextFile(`${folder}/peers.json`, toJson(whole));
  await Deno.writeTextFile(`${folder}/peers.md`, toMarkdown(whole));
  await Deno.writeTextFile(`${folder}/peers.svg`, toSvg(whole));
  return whole;
}

async function writePage(page: string, report: Report): Promise<void> {
  const [text] = (await Deno.readTextFile(page)).split(FIGURES);
  const picture = page.replace(/\.md$/, ".svg");
  await Deno.writeTextFile(page, text + FIGURES + toMarkdown(report));
  await Deno.writeTextFile(picture, toSvg(report));
}

async function readSections(folder: string): Promise<readonly Section[]> {
  try {
    const text = await Deno.readTextFile(`${folder}/peers.json`);
    return JSON.parse(text).sections;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
}

function toJson(report: Report): string {
  return JSON.stringify(report, undefined, 2);
}
