import type {
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  Observer,
} from "../grpc/mod.ts";
import {
  booleanOption,
  requireFunction,
  requireKnownKeys,
} from "../options/mod.ts";
import { type Clock, systemClock } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { jsonOf, printable } from "./printable.ts";
import { wordsOf } from "./words.ts";

/** What {@linkcode consoleObserver} prints, and how. */
export interface ConsoleObserverOptions {
  /**
   * Whether PINGs, SETTINGS, streams that were refused, attempts and messages are
   * told, too: what `GRPC_TRACE=http` is elsewhere.
   *
   * @default {false}
   */
  readonly frames?: boolean;
  /**
   * Whether calls are told.
   *
   * @default {true}
   */
  readonly calls?: boolean;
  /**
   * Whether each line is an object in JSON, as in `toJsonLines`.
   *
   * @default {false}
   */
  readonly json?: boolean;
  /**
   * Takes each line, which has no line feed.
   *
   * @default {console.error}
   */
  readonly write?: (line: string) => void;
  /**
   * Tells what time it is.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

const OPTION_KEYS = ["frames", "calls", "json", "write", "clock"];

/** What interests only those who look at frames. */
const FRAMES: ReadonlySet<string> = new Set<
  TransportEvent["type"] | CallEvent["type"]
>([
  "settings-received",
  "settings-acked",
  "ping-sent",
  "ping-acked",
  "ping-received",
  "stream-error",
  "call-started",
  "attempt-picked",
  "attempt-ended",
  "server-call-started",
]);

/** Where an event happened. */
interface Source {
  readonly connection?: number;
  readonly role?: string;
  readonly peer?: string;
}

/**
 * An observer that prints what happens, a line for each event: the switch for a
 * log, as `GRPC_TRACE` is one elsewhere.
 *
 * A line has no metadata and no contents of a message: events have none. What a
 * peer has sent, such as the debug data of a GOAWAY, is escaped.
 *
 * @example
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { consoleObserver } from "@keepalive/grpc/observe";
 *
 * await using channel = new Channel("localhost:50051", {
 *   observer: consoleObserver({ frames: true }),
 * });
 * ```
 *
 * @throws {TypeError} If an option cannot be used.
 */
export function consoleObserver(
  options: ConsoleObserverOptions = {},
): Observer {
  requireKnownKeys("the options of a console observer", options, OPTION_KEYS);
  const frames = booleanOption("frames", options.frames, false);
  const calls = booleanOption("calls", options.calls, true);
  const json = booleanOption("json", options.json, false);
  requireFunction("write", options.write);
  const { write = console.error, clock = systemClock } = options;
  const line = json ? jsonLine : humanLine;
  const tell = (event: Told, source: Source) => {
    if (frames || !isForFrames(event)) {
      write(line(event, clock.wall(), source));
    }
  };
  return {
    connection: (event, transport) => tell(event, sourceOf(transport)),
    channel: (event) => tell(event, {}),
    ...(calls ? { call: (event: CallEvent) => tell(event, {}) } : {}),
    ...(calls && frames
      ? { message: (event: CallMessageEvent) => tell(event, {}) }
      : {}),
  };
}

type Told = TransportEvent | ChannelEvent | CallEvent | CallMessageEvent;

/** The first attempt at a call goes without saying. */
function isForFrames(event: Told): boolean {
  return FRAMES.has(event.type) ||
    (event.type === "attempt-started" && event.cause === "first");
}

function sourceOf({ id, role, peer }: Transport): Source {
  return { connection: id, role, peer };
}

function jsonLine(event: Told, wall: number, source: Source): string {
  const { type, at, ...rest } = event;
  return jsonOf({ wall, at, type, ...source, ...rest });
}

function humanLine(
  event: Told,
  wall: number,
  { connection, peer }: Source,
): string {
  const time = new Date(wall).toISOString().slice(11, 23);
  const where = connection === undefined ? "" : `#${connection} ${peer}  `;
  return printable(`${time}  ${where}${wordsOf(event)}`);
}
