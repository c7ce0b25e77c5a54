import { statusName } from "../../grpc/mod.ts";
import type { RecordedCall } from "../../grpc/mod.ts";
import { roughDuration } from "../../options/mod.ts";
import type { Band, Lane, Mark, Tick } from "./lane.ts";
import { fit, n, path, textAt, widthOf, wrap } from "./markup.ts";
import type { Scale } from "./scale.ts";

/** Heights of the parts of a lane. */
const NAME = 18;
const LABEL = 14;
const TICKS = 26;
const BAND = 16;
const CALL = 4;
const STORY = 15;
const GAP = 16;

/** Places that two PINGs must be apart to be drawn as two. */
const TICK_APART = 2.5;

/** Rows of labels, of calls and of words, at the most. */
const MOST_LABELS = 3;
const MOST_CALLS = 8;
const MOST_STORY = 5;

/** Where a lane is drawn. */
export interface LanePlace {
  /** Where its times lie. */
  readonly scale: Scale;
  /** Its left side. */
  readonly left: number;
  /** Its right side. */
  readonly right: number;
  /** Its top. */
  readonly top: number;
  /** What makes the names of its patterns its own. */
  readonly prefix: string;
}

/** A lane that was drawn, and how high it is. */
export interface DrawnLane {
  /** The markup. */
  readonly markup: string;
  /** Its height. */
  readonly height: number;
}

/** Draws a lane: name, marks, PINGs, states, calls, and the end in words. */
export function drawLane(
  lane: Lane,
  summary: string,
  place: LanePlace,
): DrawnLane {
  const { scale, left, right, top } = place;
  const out: string[] = [];
  out.push(textAt(left, top + 12, lane.name, { kind: "n" }));
  const isBeside = widthOf(lane.name) + widthOf(summary) + 30 < right - left;
  out.push(
    isBeside
      ? textAt(right, top + 12, summary, { kind: "d", anchor: "end" })
      : textAt(left, top + 26, summary, { kind: "d" }),
  );
  let y = top + NAME + (isBeside ? 0 : LABEL);
  const labels = placeLabels(lane.marks, scale, left, right);
  const above = lane.ticks.length > 0 ? TICKS : labels.rows > 0 ? 12 : 4;
  const band = y + labels.rows * LABEL + above;
  out.push(...lane.bands.map((each) => drawBand(each, scale, band, place)));
  out.push(...drawTicks(lane.ticks, scale, band));
  out.push(drawReceived(lane.received, scale, band + BAND + 4));
  out.push(...labels.placed.map((each) => drawMark(each, scale, y, band)));
  if (lane.end) out.push(drawEnd(lane.end, scale, band, lane.story));
  y = band + BAND + (lane.received.length > 0 ? 8 : 2);
  const calls = drawCalls(lane.calls, scale, y + 3);
  out.push(...calls.markup);
  y += calls.height;
  const kind = lane.end === undefined ? "d" : lane.end.isGood ? "good" : "bad";
  for (const line of wrap(lane.story, right - left, MOST_STORY)) {
    y += STORY;
    out.push(textAt(left, y, line, { kind: kind === "good" ? "d" : kind }));
  }
  return { markup: out.join(""), height: y + GAP - top };
}

function drawBand(
  { kind, from, to, words: name }: Band,
  scale: Scale,
  y: number,
  { prefix }: LanePlace,
): string {
  const x = scale.x(from);
  const width = Math.max(1.5, scale.x(to) - x);
  const title = name ??
    (kind === "silent"
      ? `nothing was read for ${roughDuration(to - from)}`
      : `${kind} for ${roughDuration(to - from)}`);
  const inset = kind === "suspect" ? 2 : 0;
  const size = `x="${n(x)}" y="${n(y + inset)}" width="${n(width)}" height="${
    BAND - 2 * inset
  }"`;
  const words = kind === "silent" && width > widthOf(title) + 8
    ? textAt(x + width / 2, y + 12, title, { anchor: "middle" })
    : "";
  const hatch = kind === "draining" || kind === "handshaking"
    ? `<rect ${size} fill="url(#${prefix}${kind[0]})" pointer-events="none"/>`
    : "";
  return `<rect class="${kind}" ${size}><title>${title}</title></rect>${hatch}${words}`;
}

/** Those that would lie on each other are one, with the longest time of them. */
function drawTicks(
  ticks: readonly Tick[],
  scale: Scale,
  band: number,
): string[] {
  const apart: Tick[] = [];
  for (const tick of ticks) {
    const last = apart.at(-1);
    const isNear = last !== undefined &&
      scale.x(tick.at) - scale.x(last.at) < TICK_APART &&
      (tick.rtt === undefined) === (last.rtt === undefined);
    if (!isNear) {
      apart.push(tick);
      continue;
    }
    const rtt = tick.rtt && last.rtt && Math.max(tick.rtt, last.rtt);
    apart[apart.length - 1] = { ...last, rtt, count: last.count + 1 };
  }
  return apart.map((tick) => drawTick(tick, scale, band));
}

/** A line as high as the logarithm of the time; a cross if it was lost. */
function drawTick(
  { at, rtt, count, isLost }: Tick,
  scale: Scale,
  band: number,
): string {
  const x = scale.x(at);
  const what = count === 1 ? "PING" : `${count} PINGs`;
  const when = `${what} after ${roughDuration(at - scale.from)}`;
  if (rtt === undefined) {
    const d = `M${n(x)} ${n(band)}v-14m-4-8l8 8m0-8l-8 8`;
    return isLost
      ? path("l", d, `${when}: no answer`)
      : path("w", `M${n(x)} ${n(band)}v-14`, `${when}: no answer yet`);
  }
  const most = count === 1 ? "" : "up to ";
  const title = `${when}: ${most}${roughDuration(rtt)}`;
  return path("p", `M${n(x)} ${n(band)}v-${n(heightOf(rtt))}`, title);
}

/** From 10 microseconds to ten seconds. */
function heightOf(rtt: number): number {
  const decades = Math.log10(Math.max(rtt, 0.01)) + 2;
  return 4 + Math.min(6, decades) / 6 * (TICKS - 6);
}

function drawReceived(
  times: readonly number[],
  scale: Scale,
  y: number,
): string {
  let last = -Infinity;
  let d = "";
  for (const time of times) {
    const x = scale.x(time);
    if (x - last < TICK_APART) continue;
    d += `M${n(x - 2)} ${n(y + 2)}l2-4l2 4z`;
    last = x;
  }
  if (d === "") return "";
  return path("r", d, `${times.length} PINGs of the other end`);
}

interface PlacedMark extends Mark {
  readonly row: number;
  readonly isLeft: boolean;
  readonly isShown: boolean;
}

/** Labels that would lie on each other get rows; the last ones stay unsaid. */
function placeLabels(
  marks: readonly Mark[],
  scale: Scale,
  left: number,
  right: number,
): { placed: PlacedMark[]; rows: number } {
  const ends: number[] = [];
  const placed = marks.map((mark): PlacedMark => {
    const x = scale.x(mark.at);
    const isLeft = x + widthOf(mark.label) + 10 > right && x - left > right - x;
    const room = isLeft ? x - left : right - x;
    const label = fit(mark.label, Math.floor((room - 6) / 7));
    const width = widthOf(label) + 10;
    const [from, to] = isLeft ? [x - width, x] : [x, x + width];
    let row = ends.findIndex((end) => end <= from);
    if (row < 0) row = ends.length;
    const isShown = row < MOST_LABELS;
    if (isShown) ends[row] = to;
    return { ...mark, label, row, isLeft, isShown };
  });
  return { placed, rows: ends.length };
}

const SHAPES: Readonly<Record<Mark["kind"], string>> = {
  goaway: "m-5-9h10l-5 9z",
  strike: "m0-10l5 5l-5 5l-5-5z",
  sleep: "m-4-9h8v8h-8z",
  error: "m-5 0l5-9l5 9z",
};

function drawMark(
  { at, kind, label, words, row, isLeft, isShown }: PlacedMark,
  scale: Scale,
  top: number,
  band: number,
): string {
  const x = scale.x(at);
  const shape = path(
    kind === "error" || kind === "strike" ? "m bad" : "m",
    `M${n(x)} ${n(band + 2)}${SHAPES[kind]}`,
    `${words}, after ${roughDuration(at - scale.from)}`,
  );
  if (!isShown) return shape;
  const y = top + row * LABEL + 11;
  return path("g", `M${n(x)} ${n(y - 8)}V${n(band - 8)}`) + shape +
    textAt(x + (isLeft ? -4 : 4), y, label, { anchor: isLeft ? "end" : "" });
}

function drawEnd(
  { at, isGood }: NonNullable<Lane["end"]>,
  scale: Scale,
  band: number,
  story: string,
): string {
  const x = n(scale.x(at));
  const d = `M${x} ${n(band - 4)}v${BAND + 8}h-3v-${BAND + 8}z`;
  return path(isGood ? "good" : "bad", d, story);
}

function drawCalls(
  calls: readonly RecordedCall[],
  scale: Scale,
  top: number,
): { markup: string[]; height: number } {
  const ends: number[] = [];
  const markup: string[] = [];
  for (const { method, streamId, from, to, status } of calls) {
    const x = scale.x(from);
    const end = Math.max(x + 1.5, scale.x(to));
    let row = ends.findIndex((end) => end + 1 <= x);
    if (row < 0) row = ends.length;
    if (row >= MOST_CALLS) continue;
    ends[row] = end;
    const y = top + row * CALL;
    const how = status < 0 ? "runs" : statusName(status);
    const took = to === Infinity ? "" : ` in ${roughDuration(to - from)}`;
    const title = `${method}, stream ${streamId}: ${how}${took}`;
    const kind = status > 0 ? "cf" : "c";
    markup.push(path(kind, `M${n(x)} ${n(y)}H${n(end)}`, title));
  }
  return { markup, height: ends.length * CALL + (ends.length > 0 ? 2 : 0) };
}
