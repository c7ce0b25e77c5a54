import {
  type Channel,
  GrpcError,
  HealthDefinition,
  ServingStatus,
  Status,
} from "../../../mod.ts";
import { colours } from "../colours.ts";
import { channelTo } from "../endpoint/mod.ts";
import { failureStatus, tellFailure } from "../failure.ts";
import { toJsonText } from "../json.ts";
import { printLine } from "../output.ts";
import { onStopSignal } from "../stop_signals.ts";
import type { HealthSettings } from "./settings.ts";

/** What to do where nobody answers for the health of the server. */
const NO_HEALTH =
  "The server has no health service: a server of this library has it with new Health().service";

/** Asks, and tells; resolves to the exit status. */
export async function run(settings: HealthSettings): Promise<number> {
  const stop = new AbortController();
  using _signals = onStopSignal(() => stop.abort());
  await using channel = channelTo(settings.endpoint);
  let last: ServingStatus | undefined;
  try {
    for await (const status of statuses(channel, settings, stop.signal)) {
      tell(status, settings);
      last = status;
    }
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    if (!stop.signal.aborted) {
      tellFailure(
        error,
        error.code === Status.UNIMPLEMENTED ? [NO_HEALTH] : [],
      );
      return failureStatus(error);
    }
  }
  return last === ServingStatus.SERVING ? 0 : 1;
}

async function* statuses(
  channel: Channel,
  { service, watch, deadline }: HealthSettings,
  signal: AbortSignal,
): AsyncGenerator<ServingStatus> {
  if (!watch) {
    const { check } = HealthDefinition;
    const answer = await channel.unary(check, { service }, {
      deadline,
      signal,
    });
    return yield answer.status;
  }
  const answers = channel.serverStreaming(
    HealthDefinition.watch,
    { service },
    { signal },
  );
  for await (const { status } of answers) yield status;
}

function tell(status: ServingStatus, { service, json }: HealthSettings): void {
  const names = Object.entries(ServingStatus);
  const name = names.find(([, value]) => value === status)?.[0] ??
    String(status);
  if (json) return printLine(toJsonText({ service, status: name }));
  const isServing = status === ServingStatus.SERVING;
  printLine(isServing ? colours.green(name) : colours.red(name));
}
