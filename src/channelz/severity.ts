import { isGraceful } from "../session/mod.ts";
import type { Traced } from "./entries.ts";

/** `ChannelTraceEvent.Severity`. */
const Severity = { INFO: 1, WARNING: 2 } as const;

/** How bad an event is. */
export function severityOf(event: Traced): number {
  switch (event.type) {
    case "channel-state":
    case "subchannel-state":
      return event.state === "TRANSIENT_FAILURE"
        ? Severity.WARNING
        : Severity.INFO;
    case "connect-failed":
      return event.isGivenUp ? Severity.INFO : Severity.WARNING;
    case "resolution-failed":
    case "suspected":
      return Severity.WARNING;
    case "suspicion-ended":
      return event.outcome === "lost" ? Severity.WARNING : Severity.INFO;
    case "disconnected":
      return event.state.kind === "closed" && !isGraceful(event.state.reason)
        ? Severity.WARNING
        : Severity.INFO;
    case "connection-ended":
      return isGraceful(event.event.reason) ? Severity.INFO : Severity.WARNING;
    default:
      return Severity.INFO;
  }
}
