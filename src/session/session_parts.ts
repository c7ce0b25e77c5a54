import { Connection, EventLog, type Observed } from "../connection/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import { type SessionCounters, zeroCounters } from "./counters.ts";
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
  /** The HTTP/2 connection. */
  readonly connection: Connection;
  /** What the connection and its calls hold. */
  readonly memory: ConnectionMemory;
  /** What happened, and the clock. */
  readonly events: EventLog<SessionEvent>;
  /** What has been counted. */
  readonly counters: SessionCounters;
}

/**
 * Makes the parts of a session that begins now.
 *
 * @throws {RangeError} If the time is not finite, or `random` out of range.
 */
export function sessionParts(
  parameters: ClientParameters | ServerParameters,
  now: number,
  { random = 0.5, observed = false }: SessionSetup,
): SessionParts {
  requireStart(now, random);
  const memory = parameters.memoryQuota.connect();
  const events = new EventLog<SessionEvent>(now, observed);
  const counters = zeroCounters();
  const setup = { random, memory, events, counters };
  const connection = new Connection(parameters, setup);
  for (const message of parameters.warnings) {
    events.push({ at: now, type: "warning", message });
  }
  return { parameters, connection, memory, events, counters };
}

function requireStart(now: number, random: number): void {
  if (!Number.isFinite(now)) {
    throw new RangeError(
      `Cannot start a session: expected a finite time, received ${now}`,
    );
  }
  if (!(random >= 0 && random <= 1)) {
    throw new RangeError(
      `Cannot start a session: expected a random number from 0 to 1, received ${random}`,
    );
  }
}
