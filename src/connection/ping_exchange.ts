import { encodePing, type PingFrame } from "../frames/mod.ts";
import { BdpEstimator } from "./bdp_estimator.ts";
import type { ConnectionSetup } from "./connection_options.ts";
import type { Output } from "./output.ts";
import { DEFAULT_WINDOW_SIZE } from "./peer_settings.ts";
import { PingLedger, pingPayload } from "./ping_ledger.ts";
import type { PingPurpose, PingRecord } from "./ping_record.ts";

/**
 * The payload of the PING that is being encoded, of any connection. It is
 * written and copied into a frame in one call, in which nothing is awaited and
 * nobody else is called.
 */
const PAYLOAD: Uint8Array = new Uint8Array(8);

/** What counts PINGs, and takes what happens to them. */
type PingSetup = Pick<ConnectionSetup, "counters" | "events">;

/**
 * The PINGs of both ends
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.7 | RFC 9113 section 6.7}),
 * and the bandwidth-delay product that they measure.
 */
export class PingExchange {
  readonly #output: Output;
  readonly #setup: PingSetup;
  readonly #ledger = new PingLedger();
  readonly #maxWindowSize: number | undefined;
  /** Made with the first data. */
  #bdp: BdpEstimator | undefined;

  /** Starts with no PING out; `maxWindowSize` bounds what is measured. */
  constructor(
    output: Output,
    setup: PingSetup,
    maxWindowSize: number | undefined,
  ) {
    this.#output = output;
    this.#setup = setup;
    this.#maxWindowSize = maxWindowSize;
  }

  /** The last PINGs of this end, oldest first. */
  get recent(): readonly PingRecord[] {
    return this.#ledger.recent;
  }

  /**
   * Sends a PING.
   *
   * @throws {RangeError} If it is one of a user, and too many are unanswered.
   */
  send(purpose: PingPurpose, now: number): PingRecord {
    if (this.#ledger.full) this.#makeRoom(purpose);
    const record = this.#ledger.sent(purpose, now);
    const { id } = record;
    this.#bdp?.pingSent(id, now);
    encodePing(this.#output, false, pingPayload(record, PAYLOAD));
    this.#output.command();
    if (purpose === "keepalive") this.#setup.counters.keepAlivesSent++;
    const events = this.#setup.events;
    if (events.wants("ping-sent")) {
      events.push({ at: events.now, type: "ping-sent", purpose, id });
    }
    return record;
  }

  /** A PING of the peer arrived, and is acknowledged. */
  onPing({ opaqueData }: PingFrame): void {
    this.#setup.counters.pingsReceived++;
    encodePing(this.#output, true, opaqueData);
    this.#output.reply();
    const events = this.#setup.events;
    if (events.wants("ping-received")) {
      events.push({ at: events.now, type: "ping-received" });
    }
  }

  /** An acknowledgement arrived; an unsolicited one belongs to no PING. */
  onAck({ opaqueData }: PingFrame, now: number): PingRecord | undefined {
    const record = this.#ledger.acknowledged(opaqueData, now);
    if (record === undefined) return undefined;
    const { purpose, id, rtt = 0 } = record;
    const counters = this.#setup.counters;
    counters.lastRtt = rtt;
    if (counters.minRtt < 0 || rtt < counters.minRtt) counters.minRtt = rtt;
    if (purpose === "keepalive") counters.keepAlivesAcked++;
    const events = this.#setup.events;
    if (purpose === "user" || events.wants("ping-acked")) {
      events.push({ at: events.now, type: "ping-acked", purpose, id, rtt });
    }
    return record;
  }

  /** The larger window that an acknowledged PING has shown to be worth it. */
  windowAfter({ id, rtt = 0 }: PingRecord): number | undefined {
    return this.#bdp?.pingAcked(id, rtt);
  }

  /** Data arrived that was taken as fast as it came: a PING may measure it. */
  measure(octets: number, now: number): void {
    this.#bdp ??= this.#estimator(now);
    if (this.#bdp.received(octets, now)) this.send("bdp", now);
  }

  /** No stream is active: the next one starts a burst of data of its own. */
  rest(): void {
    this.#bdp?.rest();
  }

  /** PINGs that are out already are timed as others. */
  #estimator(now: number): BdpEstimator {
    const bdp = new BdpEstimator(DEFAULT_WINDOW_SIZE, this.#maxWindowSize);
    for (const { id } of this.#ledger.outstanding) bdp.pingSent(id, now);
    return bdp;
  }

  #makeRoom(purpose: PingPurpose): void {
    if (purpose === "user") {
      throw new RangeError(
        "Cannot send a PING: too many are unanswered, await some of them first",
      );
    }
    const forgotten = this.#ledger.forgetOne();
    if (forgotten !== undefined) this.#bdp?.pingForgotten(forgotten.id);
  }
}
