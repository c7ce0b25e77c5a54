import { isGraceful } from "../../../mod.ts";
import type { Report } from "../report.ts";
import type { ClientSettings } from "../settings.ts";
import { ReportedChannel } from "./reported_channel.ts";

/**
 * Connects, and waits for the end of the connection; of each one, if the
 * flags say so. Resolves to the exit status: 1 if the last one was lost.
 */
export async function stayConnected(
  settings: ClientSettings,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  await using reported = new ReportedChannel(settings, report, stop);
  let status = 1;
  while (await reported.connect()) {
    const reason = await reported.ended();
    status = reason !== undefined && isGraceful(reason) ? 0 : 1;
    if (!settings.reconnect) break;
  }
  return stop.aborted ? 0 : status;
}
