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

/** Items below which an array is copied for a further one, and has none to spare. */
const FEW = 64;

/** Where an event begins in a row. */
interface Place {
  readonly number: number;
  readonly other: number;
}

/**
 * An event as a row of its own: the number of its type, its time, and its values.
 * One of a call, or of another channel, stays as it is.
 */
export function rowOf(
  event: ChannelEvent | CallEvent,
  stamp: ChannelStamp,
): Row {
  if (!isOf(event, stamp)) return { numbers: [WHOLE], others: [event] };
  const values = event as unknown as Record<string, unknown>;
  const numbers = [TYPES.indexOf(event.type), event.at];
  const others: unknown[] = [];
  for (const field of FIELDS[event.type]) {
    if (NUMERIC.has(field)) numbers.push(values[field] as number);
    else others.push(values[field]);
  }
  return { numbers, others };
}

function isOf(
  event: ChannelEvent | CallEvent,
  { channelId, target }: ChannelStamp,
): event is ChannelEvent {
  return "target" in event && event.channelId === channelId &&
    event.target === target;
}

/** Adds a row to another, which goes over into what is returned. */
export function joinRows(one: Row, other: Row): Row {
  return {
    numbers: joined(one.numbers, other.numbers),
    others: joined(one.others, other.others),
  };
}

function joined<Item>(one: Item[], other: readonly Item[]): Item[] {
  if (one.length < FEW) return one.concat(other);
  one.push(...other);
  return one;
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
  const fields = FIELDS[TYPES[kind]];
  const numeric = fields.filter((field) => NUMERIC.has(field)).length;
  return {
    number: number + 2 + numeric,
    other: other + fields.length - numeric,
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
