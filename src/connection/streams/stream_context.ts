import type { ConnectionMemory } from "../../memory/mod.ts";
import type { ConnectionCounters } from "../counters.ts";
import type { EventSink } from "../event_log.ts";
import type { FloodBudget } from "../flood_budget.ts";
import type { HeaderLimits } from "../headers/mod.ts";
import type { Output } from "../output.ts";
import type { PeerSettings } from "../peer_settings.ts";
import type { Role } from "../role.ts";

/** What the streams share with their connection. */
export interface StreamContext {
  /** Which end this is. */
  readonly role: Role;
  /** Streams that the peer may have open at once. */
  readonly maxConcurrentStreams: number;
  /** What the peer has asked for, and whether it knows what this end has. */
  readonly settings: {
    readonly peer: PeerSettings;
    readonly hasAgreed: boolean;
  };
  /** How large the header lists of the peer may be. */
  readonly headerLimits: HeaderLimits;
  /** Where frames go. */
  readonly output: Output;
  /** Where events go. */
  readonly events: EventSink;
  /** What is counted. */
  readonly counters: ConnectionCounters;
  /** What useless frames are charged to. */
  readonly flood: FloodBudget;
  /** A number from 0 to 1 that the peer does not know. */
  readonly random: number;
  /** What the connection holds. */
  readonly memory: ConnectionMemory;
}
