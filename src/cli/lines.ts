import type { CloseReason } from "../../mod.ts";
import { errorCodeName, type TransportEvent } from "../transport/public.ts";
import { printableJson } from "../page/mod.ts";

/** A call has ended. */
export interface CallEvent {
  /** The type of the line. */
  readonly type: "call";
  /** The path of the method. */
  readonly method: string;
  /** The status code. */
  readonly code: number;
  /** Its name. */
  readonly codeName: string;
  /** The status message; absent if the call was OK. */
  readonly statusMessage?: string;
  /** Messages that were received; in a client stream, that were sent. */
  readonly messages: number;
  /** Octets of these messages. */
  readonly octets: number;
  /** Milliseconds that the call took. */
  readonly ms: number;
}

/** All calls are over. */
export interface SummaryEvent {
  /** The type of the line. */
  readonly type: "summary";
  /** How many there were. */
  readonly calls: number;
  /** How many of them were OK. */
  readonly ok: number;
  /** The sum of their messages. */
  readonly messages: number;
  /** The sum of their octets. */
  readonly octets: number;
  /** Milliseconds from the first to the last, pauses included. */
  readonly ms: number;
  /** The rate of calls. */
  readonly callsPerSecond: number;
  /** The rate of messages. */
  readonly messagesPerSecond: number;
  /**
   * Milliseconds that half of the calls took at most. Of a stream these are
   * the milliseconds of a message: from request to response if it goes both
   * ways, or else the wait for the next one. Absent if nothing was OK.
   */
  readonly p50?: number;
  /** The same for 99 in a hundred. */
  readonly p99?: number;
}

/** What a tool itself has to tell, beside the events of its connections. */
export type ToolEvent =
  /** The server listens. */
  | {
    readonly type: "listening";
    readonly address: string;
    /** Absent for a Unix socket. */
    readonly port?: number;
  }
  /** The client begins to connect. */
  | { readonly type: "connecting"; readonly target: string }
  /** The client cannot connect. */
  | { readonly type: "dial-failed"; readonly message: string }
  /** The client will connect again after a pause in milliseconds. */
  | { readonly type: "reconnecting"; readonly pause: number }
  /** A connection came to nothing before HTTP/2 began. */
  | { readonly type: "accept-failed"; readonly message: string }
  /** A signal arrived, and the tool ends its connections politely. */
  | { readonly type: "stopping"; readonly signal: string }
  /** A second signal arrived, and the tool ends them at once. */
  | { readonly type: "closing"; readonly signal: string }
  /** An option was adjusted. */
  | { readonly type: "warning"; readonly message: string }
  | CallEvent
  | SummaryEvent
  /** The last line. */
  | { readonly type: "stopped" };

type Named<Event> = Event extends { readonly code: number }
  ? Event & { readonly codeName: string }
  : Event;

type Flat<Event> = Event extends { readonly reason: CloseReason }
  ? Named<{ readonly type: "closed" } & CloseReason>
  : Named<Event>;

/** An event of a connection: codes have names, and a reason is laid open. */
export type ConnectionLine = Flat<TransportEvent>;

/** Which connection of a server a line is about. */
export interface Source {
  /** Counts the connections, from 1. */
  readonly connection?: number;
  /** The address of the client. */
  readonly peer?: string;
}

/** One line of output, `at` in milliseconds since the process was started. */
export type Line =
  & { readonly at: number }
  & Source
  & (ConnectionLine | ToolEvent);

/** The line of an event. */
export function lineOf(event: TransportEvent, source: Source = {}): Line {
  if (event.type === "closed") {
    const { type, at, reason } = event;
    const codeName = errorCodeName(reason.code);
    return { ...reason, type, at, codeName, ...source };
  }
  if ("code" in event) {
    return { ...event, codeName: errorCodeName(event.code), ...source };
  }
  return { ...event, ...source };
}

/**
 * A line as JSON: `at` and `type` come first, milliseconds have three places,
 * `Infinity` is `"infinity"`, and what does not print is escaped.
 */
export function toJson({ at, type, ...rest }: Line): string {
  return printableJson(JSON.stringify(
    { at, type, ...rest },
    (_, value) => typeof value === "number" ? jsonNumber(value) : value,
  ));
}

/**
 * Reads a line that {@linkcode toJson} wrote.
 *
 * @throws {SyntaxError} If it is no JSON.
 */
export function fromJson(text: string): Line {
  return JSON.parse(
    text,
    (_, value) => value === "infinity" ? Infinity : value,
  );
}

function jsonNumber(value: number): number | string {
  return value === Infinity ? "infinity" : Math.round(value * 1_000) / 1_000;
}
