import type { CloseReason } from "../session/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";
import { cut, FORGOTTEN } from "./notes.ts";
import type { Entry, Ring } from "./ring.ts";

type Type = TransportEvent["type"];

/** The number of each type of event in a record; what answers follows what asks. */
const KINDS = {
  "established": 1,
  "settings-received": 2,
  "settings-acked": 3,
  "ping-sent": 4,
  "ping-acked": 5,
  "ping-received": 6,
  "ping-strike": 7,
  "keepalive-dormant": 8,
  "keepalive-woken": 9,
  "keepalive-timeout": 10,
  "suspended": 11,
  "goaway-sent": 12,
  "goaway-received": 13,
  "draining": 14,
  "stream-error": 15,
  "warning": 16,
  "closed": 17,
  "timer-late": 18,
  "write-stalled": 19,
  "write-resumed": 20,
  "keepalive-policy": 21,
} as const satisfies Record<Type, number>;

const TYPES: ReadonlyMap<number, Type> = new Map(
  Object.entries(KINDS).map(([type, kind]) => [kind, type as Type]),
);

const PURPOSES = ["keepalive", "drain", "bdp", "user"] as const;
const SIDES = ["local", "peer"] as const;

type Event<T extends Type> = Extract<TransportEvent, { readonly type: T }>;

/** Puts an event of a connection into a ring. */
export function encodeEvent(ring: Ring, event: TransportEvent): void {
  const { type, at } = event;
  const kind = KINDS[type];
  switch (type) {
    case "ping-sent":
      return ring.add(kind, at, event.id, 0, PURPOSES.indexOf(event.purpose));
    case "ping-acked": {
      const { id, rtt, purpose } = event;
      return ring.answer(kind, at, id, rtt, PURPOSES.indexOf(purpose));
    }
    case "ping-strike":
      return ring.add(kind, at, event.strikes, event.limit);
    case "keepalive-timeout":
      return ring.add(kind, at, event.silence);
    case "suspended":
      return ring.add(kind, at, event.slept);
    case "timer-late":
      return ring.add(kind, at, event.lag);
    case "write-stalled":
    case "write-resumed":
      return ring.add(kind, at, event.waited);
    case "keepalive-policy":
      return encodePolicy(ring, kind, event);
    case "goaway-sent":
    case "goaway-received":
      return ring.add(kind, at, event.lastStreamId, event.code, 0, event.debug);
    case "draining": {
      const { closeAt, by, reason } = event;
      return ring.add(kind, at, closeAt, 0, SIDES.indexOf(by), reason);
    }
    case "stream-error":
      return ring.add(kind, at, event.streamId, event.code, 0, event.reason);
    case "warning":
      return ring.add(kind, at, 0, 0, 0, event.message);
    case "settings-received":
      return ring.add(kind, at, 0, 0, 0, event.settings);
    case "closed":
      return ring.add(kind, at, 0, 0, 0, shortReason(event.reason));
    default:
      return ring.add(kind, at);
  }
}

/** The event of a record; `undefined` if what it said is forgotten. */
export function decodeEvent(entry: Entry): TransportEvent | undefined {
  const { at, kind, detail, first, second, note } = entry;
  const type = TYPES.get(kind)!;
  switch (type) {
    case "ping-sent":
      return { at, type, purpose: PURPOSES[detail], id: first };
    case "ping-acked":
      return { at, type, purpose: PURPOSES[detail], id: first, rtt: second };
    case "ping-strike":
      return { at, type, strikes: first, limit: second };
    case "keepalive-timeout":
      return { at, type, silence: first };
    case "suspended":
      return { at, type, slept: first };
    case "timer-late":
      return { at, type, lag: first };
    case "write-stalled":
    case "write-resumed":
      return { at, type, waited: first };
    case "keepalive-policy":
      return decodePolicy(entry, type);
    case "goaway-sent":
    case "goaway-received":
      return { at, type, lastStreamId: first, code: second, debug: text(note) };
    case "draining":
      return {
        at,
        type,
        by: SIDES[detail],
        reason: text(note),
        closeAt: first,
      };
    case "stream-error":
      return { at, type, streamId: first, code: second, reason: text(note) };
    case "warning":
      return { at, type, message: text(note) };
    case "settings-received":
      return note === undefined
        ? undefined
        : { at, type, settings: note as Event<typeof type>["settings"] };
    case "closed":
      return note === undefined
        ? undefined
        : { at, type, reason: note as CloseReason };
    default:
      return { at, type };
  }
}

type PolicyEvent = Event<"keepalive-policy">;
type PolicyNote = Pick<PolicyEvent, "idleLimit" | "findings">;

/** Most servers tell no more than two numbers: there is no note then. */
function encodePolicy(ring: Ring, kind: number, event: PolicyEvent): void {
  const { at, source, minTime, permitWithoutStream, time } = event;
  const { idleLimit, findings } = event;
  const detail = (source === "metadata" ? 1 : 0) +
    (permitWithoutStream ? 2 : 0);
  const hasNote = idleLimit !== Infinity || findings.length > 0;
  const note = hasNote ? { idleLimit, findings } : undefined;
  ring.add(kind, at, minTime, time, detail, note);
}

function decodePolicy(entry: Entry, type: "keepalive-policy"): PolicyEvent {
  const { at, detail, first, second } = entry;
  const note = entry.note as PolicyNote | undefined;
  return {
    at,
    type,
    source: detail % 2 === 1 ? "metadata" : "settings",
    minTime: first,
    permitWithoutStream: detail >= 2,
    idleLimit: note?.idleLimit ?? Infinity,
    time: second,
    findings: note?.findings ?? [],
  };
}

/** The events of a ring, oldest first. */
export function eventsOf(ring: Ring): TransportEvent[] {
  return [...ring.entries()].map(decodeEvent).filter((event) =>
    event !== undefined
  );
}

/** Texts of a peer may be as long as a frame: they are cut. */
function shortReason(reason: CloseReason): CloseReason {
  const { debug, message, goaway } = reason;
  return {
    ...reason,
    debug: cut(debug),
    message: cut(message),
    lastPings: reason.lastPings.map((ping) => ({ ...ping })),
    ...(goaway && { goaway: { ...goaway, debug: cut(goaway.debug) } }),
  };
}

/** An empty text has a note, too: it differs from one that is forgotten. */
function text(note: unknown): string {
  return typeof note === "string" ? note : FORGOTTEN;
}
