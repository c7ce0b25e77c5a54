import { assert, assertEquals } from "@std/assert";
import type { Session, SessionEvent } from "../../../src/session/mod.ts";

/** A stream as the events of a session tell of it. */
interface Told {
  /** Octets that have arrived and were not consumed. */
  unread: number;
  /** The peer has ended its side. */
  ended: boolean;
}

/**
 * What the events of a session have told so far, and whether it makes sense:
 * streams open, live and end in this order, time does not go back, and nothing
 * comes after the end.
 */
export class Story {
  readonly #session: Session;
  readonly #live = new Map<number, Told>();
  readonly #over = new Set<number>();
  #at = -Infinity;
  #closed = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Streams that live. */
  get live(): ReadonlyMap<number, Told> {
    return this.#live;
  }

  /** This end has opened a stream. */
  opened(id: number): void {
    assert(!this.#live.has(id) && !this.#over.has(id), `Stream ${id} again`);
    this.#live.set(id, { unread: 0, ended: false });
  }

  /** Data was handed over. */
  consumed(id: number, octets: number): void {
    const stream = this.#live.get(id);
    if (stream !== undefined) stream.unread -= octets;
  }

  /** Takes in what has happened. */
  hear(events: readonly SessionEvent[]): void {
    for (const event of events) {
      assertEquals(this.#closed, 0, `${event.type} after the end`);
      assert(event.at >= this.#at, `${event.type} in the past`);
      this.#at = event.at;
      this.#hearOne(event);
    }
    const { kind } = this.#session.state;
    assertEquals(this.#closed === 1, kind === "closed", "One event at the end");
    if (kind === "closed") return;
    assertEquals(this.#session.streams.active, this.#live.size);
    const { streamsStarted, streamsSucceeded, streamsFailed } = this.#session
      .counters();
    const ended = streamsSucceeded + streamsFailed;
    assertEquals(
      streamsStarted,
      ended + this.#live.size,
      "Streams are counted",
    );
    assert(streamsSucceeded >= 0 && streamsFailed >= 0, "A negative counter");
  }

  #hearOne(event: SessionEvent): void {
    switch (event.type) {
      case "headers":
        if (event.opens) {
          assertEquals(this.#session.parameters.role, "server");
          this.opened(event.streamId);
        }
        return this.#arrived(event.streamId, 0, event.endStream);
      case "data":
        return this.#arrived(
          event.streamId,
          event.data.length,
          event.endStream,
        );
      case "writable":
        assert(this.#live.has(event.streamId), "A stream that is no more");
        return;
      case "ended":
      case "reset":
        assert(this.#live.delete(event.streamId), `${event.type} of no stream`);
        this.#over.add(event.streamId);
        return;
      case "closed":
        this.#closed++;
        return;
    }
  }

  #arrived(id: number, octets: number, end: boolean): void {
    const stream = this.#live.get(id);
    assert(stream !== undefined, `Stream ${id} does not live`);
    assert(!stream.ended, `Stream ${id} has ended`);
    stream.unread += octets;
    stream.ended = end;
  }
}
