import type { Lane } from "./lane.ts";
import { MARGIN, n, type Part, path, textAt } from "./markup.ts";

/** Something that is in the picture. */
interface Explained {
  /** What it is. */
  readonly name: string;
  /** Draws what it looks like. */
  readonly sample: (x: number, y: number) => string;
}

const BANDS = {
  handshaking: "connecting",
  open: "open",
  draining: "draining",
  failing: "failing",
  idle: "idle",
  suspect: "suspect",
  silent: "silence",
};

const PING: Explained = {
  name: "PING, as high as its time",
  sample: (x, y) => path("p", `M${n(x + 4)} ${n(y + 11)}v-5m5 5v-8m5 8v-11`),
};

const LOST: Explained = {
  name: "no answer",
  sample: (x, y) => path("l", `M${n(x + 5)} ${n(y + 1)}l8 8m0-8l-8 8`),
};

const RECEIVED: Explained = {
  name: "PING of the other end",
  sample: (x, y) => path("r", `M${n(x + 6)} ${n(y + 8)}l2-4l2 4z`),
};

const CALL: Explained = {
  name: "call",
  sample: (x, y) => path("c", `M${n(x)} ${n(y + 6)}h14`),
};

const FAILED_CALL: Explained = {
  name: "failed call",
  sample: (x, y) => path("cf", `M${n(x)} ${n(y + 6)}h14`),
};

/** What of the picture needs to be explained: only what is in it. */
export function legendOf(
  lanes: readonly Lane[],
  width: number,
  top: number,
): Part {
  const out: string[] = [];
  let x = MARGIN;
  let y = top + 8;
  for (const { name, sample } of explained(lanes, `k${width}`)) {
    const size = 34 + name.length * 7;
    if (x + size > width - MARGIN) {
      x = MARGIN;
      y += 18;
    }
    out.push(sample(x, y), textAt(x + 20, y + 10, name, { kind: "d" }));
    x += size;
  }
  return { markup: out.join(""), bottom: y + 24 };
}

function* explained(
  lanes: readonly Lane[],
  prefix: string,
): Generator<Explained> {
  const bands = lanes.flatMap(({ bands }) => bands);
  const ticks = lanes.flatMap(({ ticks }) => ticks);
  const calls = lanes.flatMap(({ calls }) => calls);
  for (const [kind, name] of Object.entries(BANDS)) {
    if (!bands.some((band) => band.kind === kind)) continue;
    yield { name, sample: (x, y) => swatch(kind, x, y, prefix) };
  }
  if (ticks.some(({ rtt }) => rtt !== undefined)) yield PING;
  if (ticks.some(({ isLost }) => isLost)) yield LOST;
  if (lanes.some(({ received }) => received.length > 0)) yield RECEIVED;
  if (calls.some(({ status }) => status <= 0)) yield CALL;
  if (calls.some(({ status }) => status > 0)) yield FAILED_CALL;
}

function swatch(kind: string, x: number, y: number, prefix: string): string {
  const size = `x="${n(x)}" y="${n(y)}" width="14" height="11"`;
  const hatch = kind === "draining" || kind === "handshaking"
    ? `<rect ${size} fill="url(#${prefix}${kind[0]})"/>`
    : "";
  return `<rect class="${kind}" ${size}/>${hatch}`;
}
