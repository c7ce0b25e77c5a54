import { NO_OCTETS, Spares } from "../../collections/mod.ts";
import { reuseShortData } from "../../frames/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";
import type { ConnectionEvent, StreamEvent } from "../events.ts";

type Changeable<Event> = { -readonly [Key in keyof Event]: Event[Key] };

type EventOf<Type extends StreamEvent["type"]> = Changeable<
  Extract<StreamEvent, { readonly type: Type }>
>;

/** Events of a kind that are kept: about as many as are made before a turn. */
const MOST = 32;

const NO_FIELDS: readonly HeaderField[] = [];

/*
 * Events that were handled, to be used again: a short call makes seven, which live
 * until the end of the read that brought them.
 */
const headersEvents = new Spares<EventOf<"headers">>(MOST);
const dataEvents = new Spares<EventOf<"data">>(MOST);
const endedEvents = new Spares<EventOf<"ended">>(MOST);

/** A field section has arrived. */
export function headersEvent(
  at: number,
  streamId: number,
  headers: readonly HeaderField[],
  endStream: boolean,
  opens: boolean,
): StreamEvent {
  const event = headersEvents.take();
  if (event === undefined) {
    return { at, type: "headers", streamId, headers, endStream, opens };
  }
  event.at = at;
  event.streamId = streamId;
  event.headers = headers;
  event.endStream = endStream;
  event.opens = opens;
  return event;
}

/** Data has arrived. */
export function dataEvent(
  at: number,
  streamId: number,
  data: Uint8Array,
  endStream: boolean,
): StreamEvent {
  const event = dataEvents.take();
  if (event === undefined) {
    return { at, type: "data", streamId, data, endStream };
  }
  event.at = at;
  event.streamId = streamId;
  event.data = data;
  event.endStream = endStream;
  return event;
}

/** Both ends have ended a stream. */
export function endedEvent(at: number, streamId: number): StreamEvent {
  const event = endedEvents.take();
  if (event === undefined) return { at, type: "ended", streamId };
  event.at = at;
  event.streamId = streamId;
  return event;
}

/**
 * These were handled, and nobody keeps one: each of them may be the next one that
 * is made.
 */
export function reuseStreamEvents(
  events: readonly { readonly type: string }[],
): void {
  for (const event of events as readonly ConnectionEvent[]) {
    switch (event.type) {
      case "headers":
        (event as EventOf<"headers">).headers = NO_FIELDS;
        headersEvents.keep(event);
        break;
      case "data":
        reuseShortData(event.data);
        (event as EventOf<"data">).data = NO_OCTETS;
        dataEvents.keep(event);
        break;
      case "ended":
        endedEvents.keep(event);
    }
  }
}
