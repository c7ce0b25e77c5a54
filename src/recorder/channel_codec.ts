import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";

type Type = ChannelEvent["type"];
type Event<T extends Type> = Extract<ChannelEvent, { readonly type: T }>;
type Common = "type" | "at" | "channelId" | "target";

/** What an event of each type has beside its time and its channel. */
const FIELDS: {
  readonly [T in Type]: readonly Exclude<keyof Event<T>, Common>[];
} = {
  "channel-state": ["state", "reason"],
  "resolved": ["addresses"],
  "resolution-failed": ["error"],
  "subchannel-state": ["subchannelId", "address", "state", "reason"],
  "connect-started": ["subchannelId", "address"],
  "connected": [
    "subchannelId",
    "address",
    "connectionId",
    "isSecure",
    "duration",
  ],
  "connect-failed": [
    "subchannelId",
    "address",
    "isGivenUp",
    "error",
    "duration",
  ],
  "backoff": ["subchannelId", "address", "failures", "until"],
  "disconnected": [
    "subchannelId",
    "address",
    "connectionId",
    "state",
    "reason",
  ],
  "suspicion-held": [
    "subchannelId",
    "address",
    "connectionId",
    "reason",
    "until",
  ],
  "suspected": ["subchannelId", "address", "connectionId", "reason"],
  "suspicion-ended": [
    "subchannelId",
    "address",
    "connectionId",
    "outcome",
    "duration",
  ],
};

const TYPES = Object.keys(FIELDS) as readonly Type[];

/** The number of an event that is kept as it is. */
const WHOLE = -1;

/** Which channel events are of. */
export interface ChannelStamp {
  /** Its number. */
  readonly channelId: number;
  /** What it leads to. */
  readonly target: string;
}

/**
 * Writes an event behind others: the number of its type, its time, and its values.
 * One of a call, or of another channel, stays as it is.
 */
export function pushEvent(
  row: unknown[],
  event: ChannelEvent | CallEvent,
  stamp: ChannelStamp,
): void {
  const kind = isOf(event, stamp) ? TYPES.indexOf(event.type) : WHOLE;
  if (kind === WHOLE) return void row.push(WHOLE, event);
  const values = event as unknown as Record<string, unknown>;
  row.push(kind, event.at);
  for (const field of FIELDS[TYPES[kind]]) row.push(values[field]);
}

function isOf(
  event: ChannelEvent | CallEvent,
  { channelId, target }: ChannelStamp,
): event is ChannelEvent {
  return "target" in event && event.channelId === channelId &&
    event.target === target;
}

/** How many places the event takes that begins at a place. */
export function lengthAt(row: readonly unknown[], place: number): number {
  const kind = row[place] as number;
  return 2 + (kind === WHOLE ? 0 : FIELDS[TYPES[kind]].length);
}

/** The event that begins at a place. */
export function eventAt(
  row: readonly unknown[],
  place: number,
  stamp: ChannelStamp,
): ChannelEvent | CallEvent {
  const kind = row[place] as number;
  if (kind === WHOLE) return row[place + 1] as ChannelEvent | CallEvent;
  const type = TYPES[kind];
  const { channelId, target } = stamp;
  const fields = FIELDS[type].map((field, i) => [field, row[place + 2 + i]]);
  return {
    type,
    at: row[place + 1],
    channelId,
    target,
    ...Object.fromEntries(fields),
  };
}
