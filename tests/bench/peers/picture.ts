/**
 * A report as a picture: a panel of bars for each job.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import type { Report, Table } from "./tables.ts";

/** The jobs of the picture: what most calls are like. */
const SHOWN = ["unary", "streams", "tls-unary", "tls-streams", "h2load"];

const COLUMNS = 2;
const WIDTH = 460;
const GAP = 24;
const NAME_WIDTH = 150;
const VALUE_WIDTH = 62;
const BAR = 13;
const STEP = 19;
const HEAD = 30;
const TOP = 64;

/** Colours for a light and for a dark page. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .quiet { fill: #57606a }
  .ours { fill: #0969da } .theirs { fill: #8c959f } .floor { fill: #d0d7de }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 }
    .ours { fill: #4493f8 } .theirs { fill: #6e7681 } .floor { fill: #3d444d }
    .page { fill: #0d1117 }
  }
`;

interface Bar {
  readonly name: string;
  readonly value: number;
}

/** Draws it. */
export function toSvg({ machine, sections }: Report): string {
  const tables = SHOWN.flatMap((id) =>
    sections.find((section) => section.id === id)?.tables ?? []
  );
  const rows: Table[][] = [];
  for (let i = 0; i < tables.length; i += COLUMNS) {
    rows.push(tables.slice(i, i + COLUMNS));
  }
  let y = TOP;
  const panels: string[] = [];
  for (const row of rows) {
    row.forEach((table, column) =>
      panels.push(panelOf(table, GAP + column * (WIDTH + GAP), y))
    );
    y += Math.max(...row.map(heightOf));
  }
  const width = GAP + COLUMNS * (WIDTH + GAP);
  const what = `${machine.cores} cores of ${machine.processor}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="Calls and messages a second of gRPC stacks">`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${y}"/>`,
    text(
      GAP,
      28,
      "Client and server in two processes, one connection",
      "title",
    ),
    text(GAP, 46, `Longer is better. ${what}, shared by both.`, "quiet"),
    ...panels,
    "</svg>",
  ].join("\n") + "\n";
}

function panelOf(table: Table, x: number, y: number): string {
  const { unit, bars } = barsOf(table);
  const most = Math.max(...bars.map(({ value }) => value));
  const room = WIDTH - NAME_WIDTH - VALUE_WIDTH;
  const lines = bars.flatMap(({ name, value }, index) => {
    const top = y + HEAD + index * STEP;
    const length = Math.max(1, room * value / most);
    const base = top + BAR - 3;
    const end = x + NAME_WIDTH;
    return [
      text(end - 8, base, shortOf(name), name === OURS ? "title" : "", "end"),
      `<rect class="${kindOf(name)}" x="${end}" y="${top}" width="${
        length.toFixed(1)
      }" height="${BAR}" rx="2"/>`,
      text(end + length + 6, base, valueOf(value), "quiet"),
    ];
  });
  const head = text(x, y + 16, `${table.title}, ${unit}`, "title");
  return [head, ...lines].join("\n");
}

/** Calls or thousands of messages a second; MB/s where messages are large. */
function barsOf({ title, rows }: Table): { unit: string; bars: Bar[] } {
  const large = title.includes("64 KiB");
  let unit = "calls/s";
  const bars = rows.flatMap((row): Bar[] => {
    if ("missing" in row) return [];
    const figures = row.figures[title];
    const [rate] = Object.keys(figures);
    if (rate === "calls/s") return [{ name: row.name, value: figures[rate] }];
    unit = large ? "MB/s" : "messages/s";
    const value = large ? figures["MB/s"] : figures[rate] * 1_000;
    return [{ name: row.name, value }];
  });
  return { unit, bars };
}

function heightOf({ rows }: Table): number {
  const bars = rows.filter((row) => "figures" in row).length;
  return HEAD + bars * STEP + GAP;
}

function kindOf(name: string): string {
  if (name === OURS) return "ours";
  return name.startsWith("bare") || name.startsWith("nghttpd")
    ? "floor"
    : "theirs";
}

/** Without what a reader of the picture need not know. */
function shortOf(name: string): string {
  return name === OURS ? "@keepalive/grpc" : name.replace(/ \(.*\)$/, "");
}

function valueOf(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(1)} k` : value.toFixed(0);
}

function text(
  x: number,
  y: number,
  content: string,
  kind: string,
  anchor = "start",
): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${
    x.toFixed(1)
  }" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped}</text>`;
}
