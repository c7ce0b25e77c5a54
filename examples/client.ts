/**
 * Connects to a gRPC server, keeps the connection alive, and tells what
 * happens to it. See `deno task client --help`.
 *
 * @module
 */
import { delay } from "@std/async";
import {
  clientParameters,
  dial,
  DialError,
  type DialOptions,
  isGraceful,
  type TransportEvent,
} from "@keepalive/grpc";
import { formatDuration } from "./cli/duration.ts";
import { inFlags } from "./cli/flags.ts";
import { asUsageError, check } from "./cli/library_errors.ts";
import { parseFlags } from "./cli/parse.ts";
import { Report } from "./cli/report.ts";
import { runTool } from "./cli/run_tool.ts";
import type { ClientSettings } from "./cli/settings.ts";
import { onStopSignal } from "./cli/stop_signals.ts";
import { UsageError } from "./cli/usage_error.ts";

await runTool("client", (args) => parseFlags("client", args), runClient);

async function runClient(settings: ClientSettings): Promise<number> {
  const report = new Report(settings.json);
  const stop = new AbortController();
  using _signals = onStopSignal((signal, count) => {
    if (count === 1) report.tool({ type: "stopping", signal });
    stop.abort();
  });
  const tls = tlsOf(settings);
  describe(settings.keepalive, report);
  const connectOnce = () => connect(settings, tls, report, stop.signal);
  let status = await connectOnce();
  while (settings.reconnect && !stop.signal.aborted) {
    report.tool({ type: "reconnecting", pause: settings.reconnectPause });
    await pause(settings.reconnectPause, stop.signal);
    if (stop.signal.aborted) break;
    status = await connectOnce();
  }
  report.tool({ type: "stopped" });
  return stop.signal.aborted ? 0 : status;
}

/** Connects and waits for the end; 0 for a graceful one, 1 for a loss. */
async function connect(
  { target, keepalive }: ClientSettings,
  tls: DialOptions["tls"],
  report: Report,
  signal: AbortSignal,
): Promise<number> {
  report.tool({ type: "connecting", target });
  try {
    await using transport = await dial(target, {
      keepalive,
      tls,
      signal,
      onEvent: connectionReporter(report),
    });
    const close = () => void transport.close();
    signal.addEventListener("abort", close);
    const reason = await transport.closed;
    signal.removeEventListener("abort", close);
    return isGraceful(reason) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return 0;
    if (!isDialFailure(error)) throw asUsageError("client", error);
    report.tool({ type: "dial-failed", message: error.message });
    return 1;
  }
}

/** Reports events, but not what is told elsewhere: why an attempt failed. */
function connectionReporter(report: Report): (event: TransportEvent) => void {
  let established = false;
  return (event) => {
    if (event.type === "established") established = true;
    const isTold = event.type === "warning" ||
      (event.type === "closed" && !established);
    if (!isTold) report.connection(event);
  };
}

function tlsOf({ target, tls, ca }: ClientSettings): DialOptions["tls"] {
  if (!tls && ca === undefined) return false;
  if (target.startsWith("unix:")) {
    throw new UsageError(`Cannot use --tls: ${target} is a Unix socket`);
  }
  return { caCerts: ca === undefined ? [] : [ca] };
}

function isDialFailure(error: unknown): error is Error {
  return error instanceof DialError || error instanceof Deno.errors.NotCapable;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, { signal }).catch(() => {});
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
      : `A PING after ${formatDuration(time)} of ${silence}; gone after ${
        formatDuration(timeout)
      } more. Stop with Ctrl-C.`,
  );
}
