import {
  duration,
  requireKnownKeys,
  requireObject,
  requireText,
} from "../../options/mod.ts";
import type { ConnectionRecording } from "../../grpc/mod.ts";
import type { RecorderStats, Recording } from "../../recorder/mod.ts";
import { explainEnd, explainPast, isGraceful } from "../../session/mod.ts";
import { dataOf, escapeMarkup, jsonOf, pageOf } from "../../page/mod.ts";
import { renderTimeline, sleepsOf } from "../timeline/mod.ts";
import { wordsOf } from "../../recorder/mod.ts";
import { requireRecordings } from "../require_recordings.ts";

/** What a report has beside the recordings. */
export interface ReportOptions {
  /**
   * Its title.
   *
   * @default {"What happened to the connections"}
   */
  readonly title?: string;
  /** The numbers of a recorder: `recorder.stats()`. */
  readonly stats?: RecorderStats;
  /**
   * The options in force, such as those that the channel was made with; what is
   * no plain data is left out, and so are `tls` and `metadata`.
   */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The widths of the picture, for a desk and for a phone. */
const WIDE = 960;
const NARROW = 360;

/** What an option may hold that nobody wants in a report of a fault. */
const SECRET: readonly string[] = ["tls", "metadata"];

/**
 * Makes one page in HTML of what happened to connections: how each ended in a
 * sentence, the picture, the numbers, every event, the options in force, and all
 * of it as JSON in the page, so that a report of a fault is one file.
 *
 * It has no script and asks no network. What a peer has sent stands in it as text.
 *
 * @example Write a report
 * ```ts
 * import { Recorder, renderReport } from "@keepalive/grpc/observe";
 *
 * const recorder = new Recorder();
 * // … watches a channel or a server, as its `observer`; then:
 * const page = renderReport(recorder.recordings(), { stats: recorder.stats() });
 * // Deno.writeTextFile("report.html", page);
 * console.log(page.length);
 * ```
 *
 * @throws {TypeError} If an option cannot be used.
 */
export function renderReport(
  recordings: readonly Recording[],
  options: ReportOptions = {},
): string {
  requireRecordings(recordings);
  const keys = ["title", "stats", "options"];
  requireKnownKeys("the report options", options, keys);
  const { title = "What happened to the connections", stats } = options;
  requireText("title", title);
  if (options.options !== undefined) {
    requireObject("options", options.options);
  }
  const inForce = options.options && plain(options.options);
  const connections = recordings.filter((each) => each.type === "connection");
  const data = { recordings, stats, options: inForce };
  return pageOf(title, [
    connections.map(story).join("") || "<p>No connection was recorded.</p>",
    "<h2>Picture</h2>",
    `<div class="wide">${renderTimeline(recordings, { width: WIDE })}</div>`,
    `<div class="narrow">${
      renderTimeline(recordings, { width: NARROW })
    }</div>`,
    numbers(connections, stats),
    `<h2>Events</h2>${recordings.map(events).join("")}`,
    inForce === undefined
      ? ""
      : `<h2>Options in force</h2><pre>${escapeMarkup(jsonOf(inForce))}</pre>`,
    dataOf("recordings", data),
  ]);
}

/** How a connection ended, or that it has not, in a sentence. */
function story(recording: ConnectionRecording): string {
  const { id, peer, since, until } = recording;
  const closed = recording.events.find((event) => event.type === "closed");
  const isBad = closed?.type === "closed" && !isGraceful(closed.reason);
  const [words, ...past] = closed?.type === "closed"
    ? [
      [explainEnd(closed.reason), ...sleepsOf(recording, closed.reason)]
        .join("; "),
      ...explainPast(closed.reason),
    ]
    : [`Open for ${duration(until - since)}`];
  const more = past.map((each) => `; ${each}`).join("");
  return `<p class="story${isBad ? " bad" : ""}"><b>Connection ${id}, ${
    escapeMarkup(peer)
  }:</b> ${escapeMarkup(words)}<span class="d">${
    escapeMarkup(more)
  }.</span></p>`;
}

const COLUMNS: readonly [string, (each: ConnectionRecording) => string][] = [
  ["Connection", ({ id }) => `${id}`],
  ["Age", ({ stats }) => duration(stats.age)],
  ["PINGs", ({ stats }) => `${stats.pings.sent}`],
  ["lost", ({ stats }) => `${stats.pings.lost}`],
  ["p50", ({ stats }) => time(stats.pings.rtt?.p50)],
  ["p90", ({ stats }) => time(stats.pings.rtt?.p90)],
  ["p99", ({ stats }) => time(stats.pings.rtt?.p99)],
  ["max", ({ stats }) => time(stats.pings.rtt?.max)],
  ["jitter", ({ stats: { pings } }) => time(pings.rtt && pings.jitter)],
  ["last read", ({ stats }) => ago(stats.sinceRead)],
  ["last write", ({ stats }) => ago(stats.sinceWrite)],
  ["strikes", ({ stats }) => `${stats.strikes}`],
  ["suspends", ({ stats }) => `${stats.suspends}`],
  ["longest lag", ({ stats }) => time(stats.lag?.max)],
];

function numbers(
  connections: readonly ConnectionRecording[],
  stats: RecorderStats | undefined,
): string {
  const head = COLUMNS.map(([name]) => `<th class="n">${name}</th>`).join("");
  const rows = connections.map((each) =>
    `<tr>${
      COLUMNS.map(([, of]) => `<td class="n">${of(each)}</td>`).join("")
    }</tr>`
  );
  const table = `<div class="scroll"><table><tr>${head}</tr>${
    rows.join("")
  }</table></div>`;
  return `<h2>Numbers</h2>${table}${stats === undefined ? "" : total(stats)}`;
}

function total({ pings, open, ended, suspicions }: RecorderStats): string {
  const ends = Object.entries(ended).map(([kind, count]) => `${count} ${kind}`);
  const { begun, recovered, replaced, lost } = suspicions;
  return `<p class="d">All together: ${open} open; ended: ${
    escapeMarkup(ends.join(", ") || "none")
  }. ${pings.sent} PINGs, ${pings.lost} lost, p50 ${
    time(pings.rtt?.p50)
  }, p99 ${
    time(pings.rtt?.p99)
  }. ${begun} suspicions: ${recovered} recovered, ${replaced} replaced, ${lost} lost.</p>`;
}

function events(recording: Recording): string {
  const { type, id, forgotten } = recording;
  const name = type === "channel"
    ? `Channel ${id}`
    : `Connection ${id}, ${recording.peer}`;
  let { wallOffset } = recording;
  const rows = recording.events.map((event) => {
    // The clock of a connection stood still meanwhile.
    if (event.type === "suspended") wallOffset += event.slept;
    return `<tr><td class="n">${clock(event.at + wallOffset)}</td><td>${
      escapeMarkup(wordsOf(event))
    }</td></tr>`;
  });
  const before = forgotten === 0
    ? ""
    : `<p class="d">${forgotten} events before are no longer there.</p>`;
  return `<details open=""><summary>${
    escapeMarkup(name)
  }</summary>${before}<div class="scroll"><table>${
    rows.join("")
  }</table></div></details>`;
}

/** A time of the day in UTC. */
function clock(wall: number): string {
  const date = new Date(wall);
  return isNaN(date.getTime()) ? `${wall}` : date.toISOString().slice(11, 23);
}

function time(value: number | undefined): string {
  return value === undefined ? "–" : duration(value);
}

function ago(since: number): string {
  return since < 0 ? "never" : `${duration(since)} ago`;
}

/** What of options is plain data, and no secret. */
function plain(options: Readonly<Record<string, unknown>>) {
  const kept = Object.entries(options).filter(([key, value]) =>
    !SECRET.includes(key) && typeof value !== "function"
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, plainValue(value)]),
  );
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null
    ? plain(value as Record<string, unknown>)
    : undefined;
}
