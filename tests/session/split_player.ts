import {
  ConnectionClosedError,
  type Session,
  type SessionCounters,
  type SessionEvent,
} from "../../src/session/mod.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { concat } from "../harness/octets.ts";
import {
  type TrustedConnection,
  VirtualPair,
} from "../harness/virtual_pair.ts";
import type {
  Command,
  Scenario,
  SessionCommand,
  Who,
} from "./split_scenario.ts";
import { FIELDS } from "../harness/scripted_peer.ts";

/** Octets that came behind the end, in the same read, are counted, too. */
export type Counted = Omit<SessionCounters, "bytesReceived">;

/** What came of a scenario, at both ends. */
export interface Outcome {
  readonly client: readonly SessionEvent[];
  readonly server: readonly SessionEvent[];
  /** What each command answered with, or threw. */
  readonly answers: readonly string[];
  /** What each end has counted. */
  readonly counters: readonly [client: Counted, server: Counted];
}

/** Calls of `advance` for one session; far more than any scenario needs. */
const MOST_STEPS = 20_000;

/** Plays a scenario on a link. */
export function play(scenario: Scenario, link: TrustedConnection): Outcome {
  const { client, server, commands, until } = scenario;
  const pair = new VirtualPair({ client, server, link });
  watch(pair.client);
  watch(pair.server);
  const answers: string[] = [];
  const consumers = {
    client: new Consumer(pair.client, pair.clientEvents),
    server: new Consumer(pair.server, pair.serverEvents),
  };
  for (const command of commands) {
    pair.runTo(command.at);
    pair.command((_, now) => {
      answers.push(answerOf(() => givePair(pair, consumers, command, now)));
    });
  }
  pair.runTo(until);
  pair.command((_, now) => pair.client.receiveEnd(now));
  pair.command((_, now) => pair.server.receiveEnd(now));
  return {
    client: pair.clientEvents,
    server: pair.serverEvents,
    answers,
    counters: [counted(pair.client), counted(pair.server)],
  };
}

/** The counters that must not depend on how octets are split. */
export function counted(session: Session): Counted {
  const { bytesReceived: _, ...counted } = session.counters();
  return counted;
}

/** Takes all output, batch by batch. */
export function takeAll(session: Session): Uint8Array {
  const batches: Uint8Array[] = [];
  for (;;) {
    const batch = session.takeOutput();
    if (batch.length === 0) return concat(...batches);
    batches.push(batch.slice());
  }
}

/** Makes a session throw when it asks for the past, or never comes to rest. */
function watch(session: Session): void {
  const { role } = session.parameters;
  const advance = session.advance.bind(session);
  let steps = 0;
  session.advance = (now) => {
    if (++steps > MOST_STEPS) throw new Error(`The ${role} hangs at ${now}`);
    advance(now);
    const deadline = session.deadline();
    if (deadline > now) return;
    throw new Error(`At ${now} the ${role} has a deadline at ${deadline}`);
  };
}

/** Hands over the data that one end has received. */
class Consumer {
  readonly #session: Session;
  readonly #events: readonly SessionEvent[];
  #at = 0;

  constructor(session: Session, events: readonly SessionEvent[]) {
    this.#session = session;
    this.#events = events;
  }

  consume(now: number): void {
    for (const event of this.#events.slice(this.#at)) {
      if (event.type !== "data") continue;
      this.#session.streams.consumed(event.streamId, event.data.length, now);
    }
    this.#at = this.#events.length;
  }
}

function givePair(
  pair: VirtualPair,
  consumers: Record<Who, Consumer>,
  command: Command,
  now: number,
): unknown {
  switch (command.do) {
    case "cut":
      return pair.cut();
    case "consume":
      return consumers[command.who].consume(now);
    default:
      return give(pair[command.who], command, now);
  }
}

const STATUS: readonly EncodableHeaderField[] = [[":status", "200"]];

/** Request headers with so many fields, which repeat from request to request. */
function headerList(fields: number): EncodableHeaderField[] {
  const more = Array.from(
    { length: Math.max(0, fields - FIELDS.length) },
    (_, i): EncodableHeaderField => [`x-${i}`, "value"],
  );
  return [...FIELDS, ...more];
}

/** Gives a command to a session, and answers with what it returns. */
export function give(
  session: Session,
  command: SessionCommand,
  now: number,
): unknown {
  switch (command.do) {
    case "open": {
      const { fields, end } = command;
      return session.streams.open(headerList(fields), end, now);
    }
    case "pings":
      return Array.from({ length: command.count }, () => session.ping(now));
    case "headers":
      return session.streams.sendHeaders(
        command.stream,
        STATUS,
        command.end,
        now,
      );
    case "data": {
      const data = new Uint8Array(command.size).fill(command.stream);
      return session.streams.sendData(command.stream, data, command.end, now);
    }
    case "reset":
      return session.streams.reset(command.stream, 8, now);
    case "drain":
      return session.drain("graceful_stop", now);
    case "close":
      return session.close(now);
    case "hang up":
      return session.receiveEnd(now);
  }
}

/**
 * What a command answers with, or the error that it documents. Any other is
 * passed on.
 */
export function answerOf(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    if (
      error instanceof TypeError || error instanceof RangeError ||
      error instanceof ConnectionClosedError
    ) {
      return String(error);
    }
    throw error;
  }
}
