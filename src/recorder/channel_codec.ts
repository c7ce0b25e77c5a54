import {
  type CallEvent,
  type ChannelEvent,
  CONNECTIVITY_STATES,
} from "../grpc/mod.ts";

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

/** Those that say which subchannel it is: of most channels it is the first one. */
const OF_SUBCHANNEL: ReadonlySet<string> = new Set(["subchannelId", "address"]);

/** Those that have one of a few values, as a rule; no event has two of them. */
const CODES: Readonly<Record<string, readonly unknown[]>> = {
  state: CONNECTIVITY_STATES,
  isSecure: [false, true],
  isGivenUp: [false, true],
  outcome: ["recovered", "replaced", "lost"],
};

/** What is written of an event beside its head and its time. */
interface Layout {
  readonly type: Type;
  /** Whether it is of the first subchannel. */
  readonly isFirst: boolean;
  /** The field whose value is in the head. */
  readonly coded: string | undefined;
  readonly numbers: readonly string[];
  readonly others: readonly string[];
}

/** For each type four: of any subchannel, of the first, and with a field coded. */
const LAYOUTS = TYPES.flatMap((type) => [
  layoutOf(type, false, false),
  layoutOf(type, true, false),
  layoutOf(type, false, true),
  layoutOf(type, true, true),
]);

function layoutOf(type: Type, isFirst: boolean, isCoded: boolean): Layout {
  const fields: readonly string[] = FIELDS[type];
  const coded = isCoded ? fields.find((field) => field in CODES) : undefined;
  const written = fields.filter((field) =>
    field !== coded && !(isFirst && OF_SUBCHANNEL.has(field))
  );
  return {
    type,
    isFirst,
    coded,
    numbers: written.filter((field) => NUMERIC.has(field)),
    others: written.filter((field) => !NUMERIC.has(field)),
  };
}

/** The head of an event that is kept as it is. */
const WHOLE = -1;

/** Which channel events are of, and of which subchannel most of them are. */
export interface ChannelStamp {
  /** Its number. */
  readonly channelId: number;
  /** What it leads to. */
  readonly target: string;
  /** The number of its first subchannel, once that was told of. */
  readonly subchannelId?: number | undefined;
  /** The address of that. */
  readonly address?: string | undefined;
}

/**
 * Events one behind the other. Their numbers are apart: beside what is none, each
 * would be an object of its own, of 16 octets.
 */
export interface Row {
  /** Of each event its head, its time, and its other numbers. */
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
 * Writes an event behind others: a head that says which values it has, its time,
 * and the values. One of a call, or of another channel, stays as it is.
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
  const head = headOf(event, values, stamp);
  const layout = layoutIn(head);
  numbers.push(head, event.at);
  for (const field of layout.numbers) numbers.push(values[field] as number);
  for (const field of layout.others) others.push(values[field]);
}

function isOf(
  event: ChannelEvent | CallEvent,
  { channelId, target }: ChannelStamp,
): event is ChannelEvent {
  return "target" in event && event.channelId === channelId &&
    event.target === target;
}

/** The number of the layout, and above that the code of a value. */
function headOf(
  event: ChannelEvent,
  values: Record<string, unknown>,
  stamp: ChannelStamp,
): number {
  const isFirst = "subchannelId" in event &&
    event.subchannelId === stamp.subchannelId &&
    event.address === stamp.address;
  const kind = 4 * TYPES.indexOf(event.type) + Number(isFirst);
  const { coded } = LAYOUTS[kind + 2];
  const code = coded === undefined ? -1 : CODES[coded].indexOf(values[coded]);
  return code < 0 ? kind : kind + 2 + LAYOUTS.length * code;
}

function layoutIn(head: number): Layout {
  return LAYOUTS[head % LAYOUTS.length];
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
  const head = numbers[number];
  if (head === WHOLE) return { number: number + 1, other: other + 1 };
  const layout = layoutIn(head);
  return {
    number: number + 2 + layout.numbers.length,
    other: other + layout.others.length,
  };
}

function eventAt(
  { numbers, others }: Row,
  { number, other }: Place,
  stamp: ChannelStamp,
): ChannelEvent | CallEvent {
  const head = numbers[number];
  if (head === WHOLE) return others[other] as ChannelEvent | CallEvent;
  const { type, isFirst, coded } = layoutIn(head);
  const { channelId, target } = stamp;
  const at = numbers[number + 1];
  let nextNumber = number + 2;
  let nextOther = other;
  const valueOf = (field: string): unknown => {
    if (field === coded) return CODES[field][Math.floor(head / LAYOUTS.length)];
    if (isFirst && OF_SUBCHANNEL.has(field)) {
      return stamp[field as "subchannelId" | "address"];
    }
    return NUMERIC.has(field) ? numbers[nextNumber++] : others[nextOther++];
  };
  const fields = FIELDS[type].map((field) => [field, valueOf(field)]);
  return { type, at, channelId, target, ...Object.fromEntries(fields) };
}
