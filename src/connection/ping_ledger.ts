import { assert } from "../invariants/mod.ts";
import { readUint32, writeUint32 } from "../frames/mod.ts";
import type { PingPurpose, PingRecord } from "./ping_record.ts";
import { RecentPings } from "./recent_pings.ts";

/** PINGs that may wait for their acknowledgement. */
export const MAX_OUTSTANDING_PINGS = 1_000;

/**
 * The payloads that tell acknowledgements apart. Those of keepalive, drain
 * and bdp are the ones of grpc-go, so that captures read alike.
 */
const PAYLOADS: Record<PingPurpose, Uint8Array> = {
  keepalive: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0),
  drain: Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9),
  bdp: Uint8Array.of(2, 4, 16, 16, 9, 14, 7, 7),
  user: Uint8Array.of(0x70, 0x69, 0x6e, 0x67),
};

/** The PINGs of this end: which are out, and how the last ones went. */
export class PingLedger extends RecentPings {
  /** The one that is out for the longest time: most are answered before the next. */
  #first: PingRecord | undefined;
  /** Those after it. */
  #others: PingRecord[] | undefined;

  /** Those that wait for their acknowledgement, oldest first. */
  get outstanding(): readonly PingRecord[] {
    if (this.#first === undefined) return [];
    return [this.#first, ...this.#others ?? []];
  }

  /** Whether one more PING would be one too many. */
  get full(): boolean {
    return this.#length >= MAX_OUTSTANDING_PINGS;
  }

  get #length(): number {
    return this.#first === undefined ? 0 : 1 + (this.#others?.length ?? 0);
  }

  /**
   * Forgets the PING that is out for the longest time, unless users wait for
   * all of them: nobody waits for one of keepalive. Answers with it.
   */
  forgetOne(): PingRecord | undefined {
    return this.#take(({ purpose }) => purpose !== "user");
  }

  /** Notes that a PING is sent. */
  sent(purpose: PingPurpose, now: number): PingRecord {
    const id = this.last + 1;
    const record: PingRecord = { purpose, id, sentAt: now, rtt: undefined };
    if (this.#first === undefined) this.#first = record;
    else if (this.#others === undefined) this.#others = [record];
    else this.#others.push(record);
    assert(
      this.#length <= MAX_OUTSTANDING_PINGS + 1,
      "beside those of users one PING is out above the limit",
      this.#length,
    );
    this.note(record);
    return record;
  }

  /**
   * Finds the PING that an acknowledgement belongs to: of several with the
   * same payload the oldest. An unsolicited one belongs to none.
   */
  acknowledged(opaqueData: Uint8Array, now: number): PingRecord | undefined {
    const first = this.#first;
    const record = first !== undefined && matches(first, opaqueData)
      ? this.#takeFirst()
      : this.#takeMatching(opaqueData);
    if (record === undefined) return undefined;
    record.rtt = now - record.sentAt;
    assert(record.rtt >= 0, "no answer comes before its PING", record.rtt);
    this.noteAnswer(record.id, record.rtt);
    return record;
  }

  /** On its own: what a closure refers to takes memory as its function begins. */
  #takeMatching(opaqueData: Uint8Array): PingRecord | undefined {
    return this.#take((ping) => matches(ping, opaqueData));
  }

  #takeFirst(): PingRecord | undefined {
    const first = this.#first;
    this.#first = this.#others?.shift();
    return first;
  }

  /** Takes the oldest of a kind. */
  #take(is: (ping: PingRecord) => boolean): PingRecord | undefined {
    if (this.#first === undefined) return undefined;
    if (is(this.#first)) return this.#takeFirst();
    const at = this.#others?.findIndex(is) ?? -1;
    return at < 0 ? undefined : this.#others?.splice(at, 1)[0];
  }
}

/**
 * The eight octets that a PING carries.
 *
 * @param into Octets to reuse instead of fresh ones.
 */
export function pingPayload(
  { purpose, id }: PingRecord,
  into: Uint8Array = new Uint8Array(8),
): Uint8Array {
  into.set(PAYLOADS[purpose]);
  if (purpose === "user") writeUint32(into, 4, id);
  return into;
}

function matches(ping: PingRecord, opaqueData: Uint8Array): boolean {
  const expected = PAYLOADS[ping.purpose];
  for (let i = 0; i < expected.length; i++) {
    if (opaqueData[i] !== expected[i]) return false;
  }
  return ping.purpose !== "user" || readUint32(opaqueData, 4) === ping.id >>> 0;
}
