import type { Listeners } from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type { CallRecorder } from "./recorded_call.ts";

/** What the calls of a channel have in common for their tracers. */
export interface TracerSetup {
  /** The number of the channel. */
  readonly channelId: number;
  /** What the channel leads to. */
  readonly target: string;
  /** Whether its connections are TLS. */
  readonly isSecure: boolean;
  /** The clock of the events. */
  readonly clock: Clock;
  /** Whom to tell. */
  readonly listeners: Listeners;
  /** Takes what is recorded of calls where nobody observes them. */
  readonly recorder?: CallRecorder | undefined;
}
