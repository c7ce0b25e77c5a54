import { dial, isGraceful } from "@keepalive/grpc";
import { asUsageError } from "../cli/library_errors.ts";
import { pause } from "../cli/pause.ts";
import type { Report } from "../cli/report.ts";
import type { ClientSettings } from "../cli/settings.ts";
import {
  connectionOptions,
  connectionReporter,
  isDialFailure,
} from "./connection.ts";

/**
 * Connects, and waits for the end of the connection; of each one, if the
 * flags say so. Resolves to the exit status: 1 if the last one was lost.
 */
export async function stayConnected(
  settings: ClientSettings,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  let status = await connect(settings, report, stop);
  while (settings.reconnect && !stop.aborted) {
    report.tool({ type: "reconnecting", pause: settings.reconnectPause });
    await pause(settings.reconnectPause, stop);
    if (stop.aborted) break;
    status = await connect(settings, report, stop);
  }
  return stop.aborted ? 0 : status;
}

/** Connects and waits for the end; 0 for a graceful one, 1 for a loss. */
async function connect(
  settings: ClientSettings,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  const options = connectionOptions(settings);
  report.tool({ type: "connecting", target: settings.target });
  try {
    await using transport = await dial(settings.target, {
      ...options,
      signal: stop,
      onEvent: connectionReporter(report),
    });
    const close = () => void transport.close();
    stop.addEventListener("abort", close);
    const reason = await transport.closed;
    stop.removeEventListener("abort", close);
    return isGraceful(reason) ? 0 : 1;
  } catch (error) {
    if (stop.aborted) return 0;
    if (!isDialFailure(error)) throw asUsageError("client", error);
    report.tool({ type: "dial-failed", message: error.message });
    return 1;
  }
}
