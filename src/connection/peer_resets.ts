import type { Role } from "./role.ts";
import type { StreamTable } from "./stream_table.ts";

/**
 * Tells the RST_STREAMs that an honest peer sends, in whatever bursts, from
 * those of a flood.
 *
 * A client may cancel each of its calls, and all of them at once. What gives a
 * rapid reset away is that it leaves no time for the call: it arrives in the
 * same octets as the HEADERS that opened the stream (CVE-2023-44487). An
 * attacker who pauses in between gets no more than anybody who cancels: a
 * stream that was reset leaves nothing here, and the handlers that run on are
 * bounded by MAX_CONCURRENT_STREAMS.
 */
export class PeerResets {
  readonly #role: Role;
  readonly #table: StreamTable;
  #knownUpTo = 0;

  /** Looks at the streams of one end. */
  constructor(role: Role, table: StreamTable) {
    this.#role = role;
    this.#table = table;
  }

  /** Further octets arrived: all streams so far were opened by earlier ones. */
  beginOctets(): void {
    this.#knownUpTo = this.#table.lastPeerId;
  }

  /**
   * Whether an RST_STREAM is one that is to be expected.
   *
   * A server may end any request of its client. A stream that is gone may have
   * been reset before its end, or the RST_STREAM of this end, was read: as
   * often as streams have ended here.
   */
  isExpected(streamId: number): boolean {
    if (this.#table.get(streamId) === undefined) {
      return this.#table.forgetEnd(streamId);
    }
    return this.#role === "client" || streamId <= this.#knownUpTo;
  }
}
