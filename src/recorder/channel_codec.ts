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

/** The fields that are numbers. */
const NUMERIC: ReadonlySet<string> = new Set([
  "subchannelId",
  "connectionId",
  "duration",
  "failures",
  "until",
]);

/** The fields of each type that are numbers, and its others. */
const SPLIT = Object.values(FIELDS).map((fields: readonly string[]) => ({
  numbers: fields.filter((field) => NUMERIC.has(field)),
  others: fields.filter((field) => !NUMERIC.has(field)),
}));

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
 * Events one behind the other. Their numbers are apart: beside what is none, each
 * would be an object of its own, of 16 octets.
 */
export interface Row {
  /** Of each event the number of its type, its time, and its other numbers. */
  readonly numbers: number[];
  /** Of each event all else that it has. */
  readonly others: unknown[];
}

/** Where an event begins in a row. */
interface Place {
  readonly number: number;
  readonly other: number;
}

/**
 * Writes an event behind others: the number of its type, its time, and its values.
 * One of a call, or of another channel, stays as it is.
 */
export function pushEvent(
  { numbers, others }: Row,
  event: ChannelEvent | CallEvent,
  stamp: ChannelStamp,
): void {
  if (!isOf(event, stamp)) {
    numbers.push(WHOLE);
    others.push(event);
    return;
  }
  const values = event as unknown as Record<string, unknown>;
  const kind = TYPES.indexOf(event.type);
  const fields = SPLIT[kind];
  numbers.push(kind, event.at);
  for (const field of fields.numbers) numbers.push(values[field] as number);
  for (const field of fields.others) others.push(values[field]);
}

function isOf(
  event: ChannelEvent | CallEvent,
  { channelId, target }: ChannelStamp,
): event is ChannelEvent {
  return "target" in event && event.channelId === channelId &&
    event.target === target;
}

/** Removes the first event of a row. */
export function removeFirst(row: Row): void {
  const { number, other } = placeAfter(row, { number: 0, other: 0 });
  row.numbers.splice(0, number);
  row.others.splice(0, other);
}

/** The events of a row. */
export function* eventsIn(
  row: Row,
  stamp: ChannelStamp,
): Generator<ChannelEvent | CallEvent> {
  let place: Place = { number: 0, other: 0 };
  while (place.number < row.numbers.length) {
    yield eventAt(row, place, stamp);
    place = placeAfter(row, place);
  }
}

function placeAfter({ numbers }: Row, { number, other }: Place): Place {
  const kind = numbers[number];
  if (kind === WHOLE) return { number: number + 1, other: other + 1 };
  const fields = SPLIT[kind];
  return {
    number: number + 2 + fields.numbers.length,
    other: other + fields.others.length,
  };
}

function eventAt(
  { numbers, others }: Row,
  { number, other }: Place,
  { channelId, target }: ChannelStamp,
): ChannelEvent | CallEvent {
  const kind = numbers[number];
  if (kind === WHOLE) return others[other] as ChannelEvent | CallEvent;
  const type = TYPES[kind];
  const at = numbers[number + 1];
  let nextNumber = number + 2;
  let nextOther = other;
  const fields = FIELDS[type].map((field) => [
    field,
    NUMERIC.has(field) ? numbers[nextNumber++] : others[nextOther++],
  ]);
  return { type, at, channelId, target, ...Object.fromEntries(fields) };
}
