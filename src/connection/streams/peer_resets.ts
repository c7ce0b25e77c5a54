import { FloodBudget, type FloodLimits } from "../flood_budget.ts";
import type { Role } from "../role.ts";
import type { StreamTable } from "./stream_table.ts";

/**
 * For streams that are opened and reset in the same octets. A client that gives
 * its calls little time does so honestly when this end was late to read, and
 * then all of them come at once; an attacker (CVE-2023-44487) sends hundreds of
 * thousands a second.
 */
export const RAPID_RESETS: FloodLimits = {
  what: "streams that were reset as soon as they were opened",
  burst: 10_000,
  perSecond: 5_000,
  saved: 0,
};

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
  #rapid: FloodBudget | undefined;

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
   * An RST_STREAM arrived. Those that are to be expected cost nothing.
   *
   * A server may end any request of its client. A stream that is gone may have
   * been reset before its end, or the RST_STREAM of this end, was read: as
   * often as streams have ended here.
   *
   * @param useless What frames of no use are charged to.
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if a budget is used up.
   */
  received(streamId: number, now: number, useless: FloodBudget): void {
    if (this.#table.get(streamId) === undefined) {
      if (!this.#table.forgetEnd(streamId)) {
        useless.spend(now, "RST_STREAM frame");
      }
      return;
    }
    useless.revoke();
    if (this.#role === "server" && streamId > this.#knownUpTo) {
      this.#rapid ??= new FloodBudget(RAPID_RESETS);
      this.#rapid.spend(now, "RST_STREAM frame");
    }
  }
}
