import {
  requireInteger,
  requireKnownKeys,
  roughDuration,
} from "../../options/mod.ts";
import type { ConnectionRecording } from "../../grpc/mod.ts";
import type { ChannelRecording, Recording } from "../../recorder/mod.ts";
import { escapeMarkup } from "../../page/mod.ts";
import { channelLaneOf } from "./channel_lane.ts";
import { drawLane } from "./draw_lane.ts";
import { type Lane, laneOf } from "./lane.ts";
import { legendOf } from "./legend.ts";
import { MARGIN, n, type Part, path, textAt } from "./markup.ts";
import { Scale } from "./scale.ts";
import { STYLE } from "./style.ts";
import { requireRecordings } from "../require_recordings.ts";

/** How a timeline is drawn. */
export interface TimelineOptions {
  /**
   * How wide it is, in pixels, from 240 to 4096: 360 for a phone.
   *
   * @default {960}
   */
  readonly width?: number;
}

const HEAD = 44;

/**
 * Draws what happened to channels and connections as a picture in SVG: a lane
 * for each channel with its states and the attempts that failed, and one for
 * each connection with its states as bands, each PING as a tick as high as the
 * logarithm of its round-trip time, silence as a gap, GOAWAY, strikes and
 * sleep as marks, calls as thin bars if they were recorded, and its end in
 * words.
 *
 * It needs no script and no network, follows the colour scheme of the reader, and
 * says in a `<title>` what each part is. All recordings must be of one process:
 * their times are those of its clock.
 *
 * @example A picture of what a channel went through
 * ```ts
 * import { Recorder, renderTimeline } from "@keepalive/grpc/observe";
 *
 * const recorder = new Recorder();
 * // … watches a channel or a server, as its `observer`; then:
 * const svg = renderTimeline(recorder.recordings());
 * console.log(svg.length);
 * ```
 *
 * @param recordings Those of a channel, a server or a recorder; suspicions of a
 * channel are drawn on the lanes of its connections.
 * @throws {TypeError | RangeError} If an option cannot be used.
 */
export function renderTimeline(
  recordings: readonly Recording[],
  options: TimelineOptions = {},
): string {
  requireRecordings(recordings);
  requireKnownKeys("the timeline options", options, ["width"]);
  const width = requireInteger("width", options.width ?? 960, 240, 4_096);
  const connections = recordings.filter((each) => each.type === "connection");
  const channels = recordings.filter((each) => each.type === "channel");
  const scale = scaleOf(connections, channels, width);
  const prefix = `k${width}`;
  const lanes = [
    ...channels.map((each) => channelLaneOf(each, scale.to)),
    ...connections.map((each) => laneOf(each, channels)),
  ];
  const summaries = [
    ...channels.map(channelSummary),
    ...connections.map(summaryOf),
  ];
  const drawn = drawLanes(lanes, summaries, { scale, width, prefix });
  const axis = axisOf(
    scale,
    width,
    drawn.bottom,
    connections[0] ?? channels[0],
  );
  const legend = legendOf(lanes, width, drawn.bottom);
  const height = n(legend.bottom);
  const title = escapeMarkup(headOf(connections, channels));
  const story = escapeMarkup(
    lanes.map(({ name, story }) => `${name}: ${story}`).join(". "),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" class="kt" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
    `<title>${title}</title><desc>${story}</desc><style>${STYLE}</style>` +
    `<defs>${patternsOf(prefix)}</defs>` +
    `<rect class="bg" width="100%" height="100%"/>` +
    `${axis}${drawn.markup}${legend.markup}</svg>`;
}

/** The lanes beneath each other, each with its summary. */
function drawLanes(
  lanes: readonly Lane[],
  summaries: readonly string[],
  { scale, width, prefix }: {
    readonly scale: Scale;
    readonly width: number;
    readonly prefix: string;
  },
): Part {
  const [left, right] = [MARGIN, width - MARGIN];
  let top = HEAD;
  const drawn = lanes.map((lane, i) => {
    const place = { scale, left, right, top, prefix };
    const { markup, height } = drawLane(lane, summaries[i], place);
    top += height;
    const label = escapeMarkup(`${lane.name}: ${lane.story}`);
    return `<g role="group" aria-label="${label}">${markup}</g>`;
  });
  return { markup: drawn.join(""), bottom: top };
}

function scaleOf(
  connections: readonly ConnectionRecording[],
  channels: readonly ChannelRecording[],
  width: number,
): Scale {
  const told = channels.flatMap(({ events }) => events.map(({ at }) => at));
  const from = Math.min(...connections.map(({ since }) => since), ...told);
  const to = Math.max(...connections.map(({ until }) => until), ...told);
  const isEmpty = connections.length === 0 && told.length === 0;
  return new Scale(
    isEmpty ? 0 : from,
    isEmpty ? 1_000 : to,
    MARGIN,
    width - MARGIN - 4,
  );
}

function headOf(
  connections: readonly ConnectionRecording[],
  channels: readonly ChannelRecording[],
): string {
  const what = connections.length === 1
    ? "1 connection"
    : `${connections.length} connections`;
  return channels.length === 0
    ? `Timeline of ${what}`
    : `Timeline of ${what}, channel ${channels.map(({ id }) => id).join(", ")}`;
}

/** Attempts to connect, and how many of them failed. */
function channelSummary({ events }: ChannelRecording): string {
  const count = (type: string) =>
    events.filter((event) => event.type === type).length;
  const failed = count("connect-failed");
  const attempts = count("connected") + failed;
  const what = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return `${what} to connect${failed === 0 ? "" : `, ${failed} failed`}`;
}

function summaryOf({ stats: { pings } }: ConnectionRecording): string {
  if (pings.sent === 0 && pings.rtt === undefined) return "no PINGs";
  const times = pings.rtt === undefined
    ? ""
    : `, p50 ${roughDuration(pings.rtt.p50)}, max ${
      roughDuration(pings.rtt.max)
    }`;
  const lost = pings.lost === 0 ? "" : `, ${pings.lost} lost`;
  const sent = pings.sent === 1 ? "1 PING" : `${pings.sent} PINGs`;
  return `${sent}${times}${lost}`;
}

function axisOf(
  scale: Scale,
  width: number,
  bottom: number,
  first: Recording | undefined,
): string {
  const begin = first && new Date(scale.from + first.wallOffset);
  const lines = scale.grid(width < 600 ? 70 : 100).map((after) => {
    const x = scale.x(scale.from + after);
    const anchor = x > width - 60 ? "end" : after === 0 ? "" : "middle";
    return path("g", `M${n(x)} 34V${n(bottom)}`) +
      textAt(x, 30, after === 0 ? "0" : roughDuration(after), {
        kind: "d",
        anchor,
      });
  });
  const since = begin === undefined || isNaN(begin.getTime())
    ? "nothing was recorded"
    : `0 is ${begin.toISOString().replace("T", " ").replace("Z", " UTC")}`;
  return textAt(MARGIN, 14, since, { kind: "d" }) + lines.join("");
}

/** Slanted lines for draining, dots for a handshake. */
function patternsOf(prefix: string): string {
  const pattern = (name: string, markup: string) =>
    `<pattern id="${prefix}${name}" width="6" height="6" patternUnits="userSpaceOnUse">${markup}</pattern>`;
  return pattern("d", '<path class="h" d="M-1 7L7-1"/>') +
    pattern("h", '<path class="h" d="M2 3h2"/>');
}
