import { colours } from "../colours.ts";
import { toJsonText } from "../json.ts";
import { printLine } from "../output.ts";
import { pause } from "../pause.ts";
import { printable } from "../../page/mod.ts";
import { onStopSignal } from "../stop_signals.ts";
import type { PingSettings } from "./settings.ts";
import { type Pinged, Pinger } from "./pinger.ts";
import { Statistics, type Summary } from "./statistics.ts";

/** Pings until the count is reached or Ctrl-C; resolves to the exit status. */
export async function run(settings: PingSettings): Promise<number> {
  const { count = Infinity, interval, json, endpoint } = settings;
  const stop = new AbortController();
  using _signals = onStopSignal(() => stop.abort());
  await using pinger = new Pinger(settings, stop.signal);
  const statistics = new Statistics();
  const begun = performance.now();
  for (let sequence = 1; sequence <= count; sequence++) {
    const pinged = await pinger.ping();
    if (stop.signal.aborted) break;
    statistics.add(pinged.kind === "answered" ? pinged.rtt : undefined);
    printLine(
      json ? toJsonText({ sequence, ...pinged }) : line(sequence, pinged),
    );
    const next = begun + sequence * interval - performance.now();
    if (sequence < count && next > 0) await pause(next, stop.signal);
    if (stop.signal.aborted) break;
  }
  const summary = statistics.summary();
  const ms = Math.round(performance.now() - begun);
  if (json) printLine(toJsonText({ kind: "summary", ...summary, ms }));
  else printSummary(endpoint.target, summary, ms);
  return summary.answered > 0 ? 0 : 1;
}

function line(sequence: number, pinged: Pinged): string {
  if (pinged.kind === "lost") {
    return colours.red(`PING ${sequence}: ${printable(pinged.why)}`);
  }
  const { peer, rtt, call } = pinged;
  const told = call === undefined
    ? ""
    : colours.dim(`, call ${inMs(call.ms)} (${call.status})`);
  return `PING ${sequence} to ${printable(peer)}: ${
    colours.green(inMs(rtt))
  }${told}`;
}

function printSummary(target: string, summary: Summary, ms: number): void {
  const { sent, answered, rtt } = summary;
  const loss = sent === 0 ? 0 : Math.round(100 * (sent - answered) / sent);
  printLine("");
  printLine(colours.bold(`--- ${printable(target)} ---`));
  printLine(`${sent} sent, ${answered} answered, ${loss} % lost, in ${ms} ms`);
  if (rtt === undefined) return;
  const { min, avg, max, stddev, p50, p90, p99 } = rtt;
  const row = (values: readonly number[]) =>
    values.map((value) => value.toFixed(3)).join("/");
  printLine(`rtt min/avg/max/stddev ${row([min, avg, max, stddev])} ms`);
  printLine(`rtt p50/p90/p99 ${row([p50, p90, p99])} ms`);
}

function inMs(milliseconds: number): string {
  return `${milliseconds.toFixed(3)} ms`;
}
