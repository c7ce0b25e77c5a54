import type { PingPurpose, PingRecord } from "./ping_record.ts";

/** PINGs that are remembered for the reason of a close. */
const REMEMBERED_PINGS = 4;

/** Numbers of a PING: its purpose, its identifier, when it was sent, its time. */
const STRIDE = 4;

const PURPOSES: readonly PingPurpose[] = ["keepalive", "drain", "bdp", "user"];

/** Makes an array one of octets, beside that no time is negative. */
const UNANSWERED = -0.5;

/**
 * The last PINGs of one end, as plain numbers in their own array: an object for
 * each would outlive its answer by minutes, on each of thousands of connections.
 */
export class RecentPings {
  /** Made with the first PING. */
  #numbers: number[] | undefined;
  /** The identifier of the last one. */
  #last = 0;

  /** A PING was sent, whose identifier follows that of the one before. */
  sent({ purpose, id, sentAt }: PingRecord): void {
    this.#numbers ??= new Array<number>(STRIDE * REMEMBERED_PINGS)
      .fill(UNANSWERED);
    this.#last = id;
    const place = placeOf(id);
    this.#numbers[place] = PURPOSES.indexOf(purpose);
    this.#numbers[place + 1] = id;
    this.#numbers[place + 2] = sentAt;
    this.#numbers[place + 3] = UNANSWERED;
  }

  /** A PING was acknowledged, which may have been forgotten. */
  acknowledged(id: number, rtt: number): void {
    if (this.#numbers === undefined) return;
    const place = placeOf(id);
    if (this.#numbers[place + 1] === id) this.#numbers[place + 3] = rtt;
  }

  /** All of them, oldest first. */
  records(): PingRecord[] {
    const numbers = this.#numbers;
    if (numbers === undefined) return [];
    const count = Math.min(this.#last, REMEMBERED_PINGS);
    return Array.from({ length: count }, (_, i) => {
      const place = placeOf(this.#last - count + 1 + i);
      const [kind, id, sentAt, rtt] = numbers.slice(place, place + STRIDE);
      const ping = { purpose: PURPOSES[kind], id, sentAt };
      return rtt === UNANSWERED ? ping : { ...ping, rtt };
    });
  }
}

function placeOf(id: number): number {
  return STRIDE * (id % REMEMBERED_PINGS);
}
