import type {
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  Observer,
} from "../grpc/mod.ts";
import {
  booleanOption,
  display,
  requireFunction,
  requireKnownKeys,
} from "../options/mod.ts";
import { type Clock, requireClock, systemClock } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { jsonOf, printable } from "../page/mod.ts";
import { wordsOf } from "../recorder/mod.ts";

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
   * The keys of metadata that are told where a call begins, at a client those of
   * the request that is made, at a server those of the one that has come. No other
   * metadata is ever told. The value of a key that ends with `-bin` is base64.
   *
   * @default {[]}
   */
  readonly metadata?: readonly string[];
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

const OPTION_KEYS = ["frames", "calls", "metadata", "json", "write", "clock"];

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
 * A line has no contents of a message, and no metadata but what `metadata` names.
 * What a peer has sent, such as the debug data of a GOAWAY, is escaped.
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
  requireClock(options.clock);
  const keys = metadataKeys(options.metadata);
  const { write = console.error, clock = systemClock } = options;
  const line = json ? jsonLine : humanLine;
  const tell = (event: Told, source: Source) => {
    const metadata = metadataOf(event, keys);
    if (!frames && metadata === undefined && isForFrames(event)) return;
    write(line(event, clock.wall(), source, metadata));
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

function jsonLine(
  event: Told,
  wall: number,
  source: Source,
  metadata?: MetadataTold,
): string {
  const { type, at, ...rest } = event;
  return jsonOf({ wall, at, type, ...source, ...rest, metadata });
}

function humanLine(
  event: Told,
  wall: number,
  { connection, peer }: Source,
  metadata: MetadataTold = {},
): string {
  const time = new Date(wall).toISOString().slice(11, 23);
  const where = connection === undefined ? "" : `#${connection} ${peer}  `;
  const more = Object.entries(metadata).flatMap(([key, values]) =>
    values.map((value) => `, ${key}: "${value}"`)
  );
  return printable(`${time}  ${where}${wordsOf(event)}${more.join("")}`);
}

/** The values of keys that were asked for by name. */
type MetadataTold = Readonly<Record<string, readonly string[]>>;

function metadataKeys(keys: readonly string[] = []): readonly string[] {
  const expected = "expected an array of keys of metadata";
  if (!Array.isArray(keys)) {
    throw new TypeError(
      `Cannot use metadata: ${expected}, received ${display(keys)}`,
    );
  }
  for (const [index, key] of keys.entries()) {
    if (typeof key === "string" && /^[0-9a-z_.-]+$/i.test(key)) continue;
    throw new TypeError(
      `Cannot use metadata[${index}]: ${expected}, such as "x-request-id", received ${
        display(key)
      }`,
    );
  }
  return keys.map((key) => key.toLowerCase());
}

/** What the start of a call has under the keys; `undefined` if nothing. */
function metadataOf(
  event: Told,
  keys: readonly string[],
): MetadataTold | undefined {
  if (keys.length === 0 || !("metadata" in event)) return undefined;
  const told = keys
    .map((key) => [key, event.metadata?.(key) ?? []] as const)
    .filter(([, values]) => values.length > 0);
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
