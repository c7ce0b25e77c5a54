import { Status } from "../../../mod.ts";
import { pause } from "../pause.ts";
import type { Report } from "../report.ts";
import type { CallKind, ClientSettings } from "../settings.ts";
import { echoCall } from "./echo_call.ts";
import { ReportedChannel } from "./reported_channel.ts";
import { Tally } from "./tally.ts";

/**
 * Makes the calls that the flags ask for: some with one message each, or one
 * stream with some messages. With `--reconnect`, a call that found no server
 * is made again. Resolves to the exit status, see {@linkcode conclude}.
 */
export async function callAll(
  kind: CallKind,
  settings: ClientSettings,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  const { call, reconnect } = settings;
  const tally = new Tally();
  await using reported = new ReportedChannel(settings, report, stop);
  let left = kind === "unary" ? call.count : 1;
  // A connection may retire at any time: no await between a look and a call.
  while (
    left > 0 && !stop.aborted && (reported.isUsable || await reported.connect())
  ) {
    const event = await echoCall(kind, call, reported.channel, tally, stop);
    report.tool(event);
    if (stop.aborted && event.code === Status.CANCELLED) break;
    tally.add(event);
    if (reconnect && event.code === Status.UNAVAILABLE) {
      if (reported.isUsable) await reported.rest();
    } else if (--left > 0 && call.interval > 0) {
      await pause(call.interval, stop);
    }
  }
  if (call.count > 1 && tally.calls > 0) report.tool(tally.summary());
  return conclude(left, tally, report, stop);
}

/** 0 if all calls were made and OK, or else 1. To be stopped is no failure. */
function conclude(
  left: number,
  tally: Tally,
  report: Report,
  stop: AbortSignal,
): number {
  if (left > 0 && !stop.aborted) {
    const message = `${left} calls were not made, see --reconnect`;
    if (tally.calls > 0) report.tool({ type: "warning", message });
    return 1;
  }
  return tally.isFine ? 0 : 1;
}
