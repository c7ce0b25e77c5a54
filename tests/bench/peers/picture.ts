/**
 * A report as a picture: a panel of bars for each job.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import { isFloor, mainTables, type Report, type Table } from "./tables.ts";

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

/** Figures that are drawn, what they are called there, and their factors. */
const UNITS: readonly (readonly [string, string, number])[] = [
  ["calls/s", "calls a second", 1],
  ["1000/s", "messages a second", 1_000],
  ["CPU ms", "CPU ms", 1],
];

/** What is drawn where messages are large. */
const LARGE = ["MB/s", "MB a second", 1] as const;

interface Bar {
  readonly name: string;
  readonly value: number;
}

/** Draws it, with so many panels beside each other. */
export function toSvg({ machine, sections }: Report, columns = 2): string {
  const tables = mainTables(sections).map(({ table }) => table);
  const rows: Table[][] = [];
  for (let i = 0; i < tables.length; i += columns) {
    rows.push(tables.slice(i, i + columns));
  }
  let y = TOP;
  const panels: string[] = [];
  for (const row of rows) {
    row.forEach((table, column) =>
      panels.push(panelOf(table, GAP + column * (WIDTH + GAP), y))
    );
    y += Math.max(...row.map(heightOf));
  }
  const width = GAP + columns * (WIDTH + GAP);
  const what = `${machine.cores} cores of ${machine.processor}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img" aria-label="Calls and messages a second of gRPC stacks">`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${y}"/>`,
    text(
      GAP,
      28,
      "Client and server in two processes, one connection",
      "title",
    ),
    text(GAP, 46, `${what}, shared by both`, "quiet"),
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
  const isCost = unit === "CPU ms";
  const advice = isCost ? "shorter is better" : "longer is better";
  return [
    text(x, y + 16, table.title, "title"),
    text(x + WIDTH - 12, y + 16, `${unit}, ${advice}`, "quiet", "end"),
    ...lines,
  ].join("\n");
}

/** A figure for each that has one. */
function barsOf({ title, rows }: Table): { unit: string; bars: Bar[] } {
  let unit = "";
  const bars = rows.flatMap((row): Bar[] => {
    if ("missing" in row) return [];
    const figures = row.figures[title];
    const found = UNITS.find(([figure]) => figure in figures);
    if (found === undefined) return [];
    const [figure, name, factor] = title.includes("64 KiB") ? LARGE : found;
    unit = name;
    return [{ name: row.name, value: figures[figure] * factor }];
  });
  return { unit, bars };
}

function heightOf({ rows }: Table): number {
  const bars = rows.filter((row) => "figures" in row).length;
  return HEAD + bars * STEP + GAP;
}

function kindOf(name: string): string {
  if (name.startsWith(OURS)) return "ours";
  return isFloor(name) ? "floor" : "theirs";
}

/** Without what a reader of the picture need not know. */
function shortOf(name: string): string {
  if (name === OURS) return "@keepalive/grpc";
  if (name.startsWith(OURS)) return `ours${name.slice(OURS.length)}`;
  return name.replace(/ \(.*\)$/, "");
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
