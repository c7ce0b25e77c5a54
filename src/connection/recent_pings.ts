import type { PingPurpose, PingRecord } from "./ping_record.ts";

/** PINGs that are remembered for the reason of a close. */
const REMEMBERED_PINGS = 4;

/** Numbers of a PING: when it was sent, and its time. */
const STRIDE = 2;

const PURPOSES: readonly PingPurpose[] = ["keepalive", "drain", "bdp", "user"];

/** Bits of a purpose, and those of all that are remembered. */
const PURPOSE_BITS = 2;
const ALL_PURPOSES = (1 << PURPOSE_BITS * REMEMBERED_PINGS) - 1;

/** Makes an array one of octets, beside that no time is negative. */
const UNANSWERED = -0.5;

/**
 * The last PINGs of one end, as plain numbers in their own array: an object for
 * each would outlive its answer by minutes, on each of thousands of connections.
 */
export class RecentPings {
  /** Made with the first PING. */
  #numbers: number[] | undefined;
  #last = 0;
  /** Their purposes: that of the last one in the lowest bits. */
  #purposes = 0;

  /** A PING was sent, whose identifier follows that of the one before. */
  note({ purpose, id, sentAt }: PingRecord): void {
    this.#numbers ??= new Array<number>(STRIDE * REMEMBERED_PINGS)
      .fill(UNANSWERED);
    this.#last = id;
    this.#purposes = (this.#purposes << PURPOSE_BITS) & ALL_PURPOSES |
      PURPOSES.indexOf(purpose);
    const place = placeOf(id);
    this.#numbers[place] = sentAt;
    this.#numbers[place + 1] = UNANSWERED;
  }

  /** A PING was acknowledged, which may have been forgotten. */
  noteAnswer(id: number, rtt: number): void {
    const isThere = id <= this.#last && id > this.#last - REMEMBERED_PINGS;
    if (this.#numbers === undefined || !isThere) return;
    this.#numbers[placeOf(id) + 1] = rtt;
  }

  /** The identifier of the last one; those before it have the ones before. */
  get last(): number {
    return this.#last;
  }

  /** The last PINGs that were sent, oldest first. */
  get recent(): readonly PingRecord[] {
    const numbers = this.#numbers;
    if (numbers === undefined) return [];
    const count = Math.min(this.#last, REMEMBERED_PINGS);
    return Array.from({ length: count }, (_, i) => {
      const since = count - 1 - i;
      const id = this.#last - since;
      const bits = this.#purposes >> PURPOSE_BITS * since;
      const purpose = PURPOSES[bits % PURPOSES.length];
      const place = placeOf(id);
      const [sentAt, rtt] = numbers.slice(place, place + STRIDE);
      const ping = { purpose, id, sentAt };
      return rtt === UNANSWERED ? ping : { ...ping, rtt };
    });
  }
}

function placeOf(id: number): number {
  return STRIDE * (id % REMEMBERED_PINGS);
}
