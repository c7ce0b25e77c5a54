import { Channel } from "../../mod.ts";
import { clientParameters } from "../session/public.ts";
import { duration } from "../options/mod.ts";
import { inFlags } from "./flags.ts";
import { check } from "./library_errors.ts";
import { Report } from "./report.ts";
import type { ClientSettings } from "./settings.ts";
import { onStopSignal } from "./stop_signals.ts";
import { callAll, stayConnected } from "./client/mod.ts";

/** Runs the tool; resolves to the exit status. */
export async function runClient(settings: ClientSettings): Promise<number> {
  const report = new Report(settings.json);
  const stop = new AbortController();
  using _signals = onStopSignal((signal, count) => {
    if (count === 1) report.tool({ type: "stopping", signal });
    stop.abort();
  });
  check("client", () => new Channel(settings.target));
  describe(settings.keepalive, report);
  const { kind } = settings.call;
  const status = kind === undefined
    ? await stayConnected(settings, report, stop.signal)
    : await callAll(kind, settings, report, stop.signal);
  report.tool({ type: "stopped" });
  return status;
}

/** Checks the flags, and tells what will be done. */
function describe(options: ClientSettings["keepalive"], report: Report): void {
  const { keepalive, warnings } = check(
    "client",
    () => clientParameters({ keepalive: options }),
  );
  for (const message of warnings) {
    report.tool({ type: "warning", message: inFlags("client", message) });
  }
  const { time, timeout, permitWithoutStream } = keepalive;
  const silence = permitWithoutStream ? "silence" : "silence during a call";
  report.note(
    time === Infinity
      ? "Sends no keepalive PINGs. Stop with Ctrl-C."
      : `A PING after ${duration(time)} of ${silence}; gone after ${
        duration(timeout)
      } more. Stop with Ctrl-C.`,
  );
}
