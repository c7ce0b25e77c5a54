import { DialError } from "../../../mod.ts";
import { probe, type ProbeOptions } from "../../doctor/mod.ts";
import { printLine } from "../output.ts";
import { onStopSignal } from "../stop_signals.ts";
import { StartError, UsageError } from "../usage_error.ts";
import { toJsonText } from "../json.ts";
import { printDiagnosis } from "./print_diagnosis.ts";
import { ProgressLine } from "./progress_line.ts";
import { writeReport } from "./write_report.ts";

/** What the flags of the verb `probe` ask for. */
export interface ProbeSettings {
  readonly target: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly authority?: string;
  readonly stream?: string;
  readonly timeout: number;
  readonly allowKicks: boolean;
  readonly time?: number;
  readonly gaps?: readonly number[];
  readonly wait: number;
  readonly report?: string;
  readonly json: boolean;
}

/** Probes, and prints the report; resolves to the exit status. */
export async function runProbe(settings: ProbeSettings): Promise<number> {
  const stop = new AbortController();
  using _signals = onStopSignal(() => stop.abort());
  try {
    const report = await examine(settings, stop.signal);
    if (settings.json) printLine(toJsonText(report));
    else printDiagnosis(report);
    if (settings.report !== undefined) writeReport(settings.report, report);
    return report.severity === "error" ? 1 : 0;
  } catch (error) {
    if (stop.signal.aborted) {
      throw new StartError("Interrupted: nothing is known yet");
    }
    throw asToolError(error);
  }
}

async function examine(settings: ProbeSettings, signal: AbortSignal) {
  const options = { ...optionsOf(settings), signal };
  if (settings.json) return await probe(settings.target, options);
  using line = new ProgressLine();
  return await probe(settings.target, {
    ...options,
    onProgress: (progress) => line.show(progress),
  });
}

function optionsOf(settings: ProbeSettings): ProbeOptions {
  const { tls, ca, authority, stream, time, gaps } = settings;
  const { timeout, allowKicks, wait } = settings;
  return {
    ...{ timeout, allowKicks, wait },
    tls: ca === undefined ? tls : { caCerts: [ca] },
    ...(authority === undefined ? {} : { authority }),
    ...(stream === undefined ? {} : { streamMethod: stream }),
    ...(time === undefined ? {} : { time }),
    ...(gaps === undefined ? {} : { gaps }),
  };
}

/** The names of options that are flags of another name. */
const FLAGS: readonly (readonly [option: RegExp, flag: string])[] = [
  [/\ballowKicks(: true)?/g, "--allow-kicks"],
  [/\bstreamMethod\b/g, "--stream"],
  [/\btls\.caCerts\b/g, "--ca"],
  [/^Cannot use (time|gaps|wait|timeout|authority)\b/, "Cannot use --$1"],
  [/: use tls$/, ": use --tls"],
];

/** An error of the library in one line, with flags for the options. */
function asToolError(error: unknown): unknown {
  const isRefusal = error instanceof TypeError || error instanceof RangeError;
  const isFailure = error instanceof DialError ||
    error instanceof Deno.errors.NotCapable;
  if (!isRefusal && !isFailure) return error;
  const message = FLAGS.reduce(
    (text, [option, flag]) => text.replace(option, flag),
    error.message,
  );
  return isRefusal ? new UsageError(message) : new StartError(message);
}
