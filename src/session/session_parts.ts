import type { Connection, EventLog, Observed } from "../connection/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import type { SessionCounters } from "./counters.ts";
import type { InformingEventType, SessionEvent } from "./events.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";

/** What a {@linkcode Session} can be given besides its parameters. */
export interface SessionSetup {
  /**
   * A number from 0 to 1 that the peer does not know: it decides the jitter of
   * the connection's age.
   *
   * @default {0.5}
   */
  readonly random?: number;
  /**
   * See {@linkcode Session.observed}.
   *
   * @default {false}
   */
  readonly observed?: Observed<InformingEventType>;
}

/** What the parts of a session work with. */
export interface SessionParts {
  /** The options in force. */
  readonly parameters: ClientParameters | ServerParameters;
  /** See {@linkcode SessionSetup.random}. */
  readonly random: number;
  /** The HTTP/2 connection. */
  readonly connection: Connection;
  /** What the connection and its calls hold. */
  readonly memory: ConnectionMemory;
  /** What happened, and the clock. */
  readonly events: EventLog<SessionEvent>;
  /** What has been counted. */
  readonly counters: SessionCounters;
}
