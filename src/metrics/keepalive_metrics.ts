import type { ChannelEvent } from "../grpc/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { AGE, INTERVAL, LATENCY } from "./buckets.ts";
import { type Instruments, SECOND } from "./instruments.ts";
import type { Adder, HistogramRecorder, MetricAttributes } from "./meter.ts";
import { targetName } from "./target_name.ts";

/** Who wanted a PING. */
type Purpose = (TransportEvent & { type: "ping-sent" })["purpose"];

/** The policy that a server has told. */
type Policy = TransportEvent & { type: "keepalive-policy" };

/** A connection that is established. */
interface Open {
  readonly since: number;
  attributes: MetricAttributes;
  /** PINGs without an answer, with who wanted them. */
  readonly out: Map<number, Purpose>;
  /** A policy that came before it was known to what channel it belongs. */
  policy?: Policy | undefined;
}

/**
 * The metrics of keepalive, for which no standard has names: PINGs and what they
 * measure, strikes, and how old connections become.
 */
export class KeepaliveMetrics {
  readonly #open = new Map<number, Open>();
  readonly #rtt: HistogramRecorder;
  readonly #sent: Adder;
  readonly #acked: Adder;
  readonly #lost: Adder;
  readonly #strikes: Adder;
  readonly #age: HistogramRecorder;
  readonly #interval: HistogramRecorder;

  /** Makes the instruments. */
  constructor(make: Instruments) {
    const pings = (what: string, description: string) =>
      make.counter(`keepalive.ping.${what}`, "{ping}", description);
    this.#rtt = make.histogram(
      "keepalive.ping.rtt",
      "s",
      "Time from a PING to its acknowledgement.",
      LATENCY,
    );
    this.#sent = pings("sent", "PINGs that were sent.");
    this.#acked = pings("acked", "PINGs that were acknowledged.");
    this.#lost = pings("lost", "PINGs whose silence ended their connection.");
    this.#strikes = make.counter(
      "keepalive.ping.strikes",
      "{strike}",
      "PINGs of clients that came too early.",
    );
    this.#age = make.histogram(
      "keepalive.connection.age",
      "s",
      "Age of connections when they ended.",
      AGE,
    );
    this.#interval = make.histogram(
      "keepalive.interval",
      "s",
      "Interval of a client's keepalive after its server told a policy.",
      INTERVAL,
    );
  }

  /** A connection belongs to a channel: what it tells has that's target. */
  onConnected(event: ChannelEvent & { type: "connected" }): void {
    const open = this.#open.get(event.connectionId);
    if (open === undefined) return;
    const target = targetName(event.target);
    open.attributes = { ...open.attributes, "grpc.target": target };
    this.#countPolicy(open);
  }

  /** Something has happened to a connection. */
  onEvent(event: TransportEvent, { id, role }: Transport): void {
    if (event.type === "established") {
      const attributes = { "keepalive.role": role };
      this.#open.set(id, { since: event.at, attributes, out: new Map() });
      return;
    }
    const open = this.#open.get(id);
    if (open === undefined) return;
    switch (event.type) {
      case "ping-sent":
        open.out.set(event.id, event.purpose);
        return this.#sent.add(1, ofPurpose(open, event.purpose));
      case "ping-acked":
        return this.#onAcked(event, open);
      case "keepalive-timeout":
        return this.#onTimeout(open);
      case "keepalive-policy":
        this.#countPolicy(open);
        open.policy = event;
        if ("grpc.target" in open.attributes) this.#countPolicy(open);
        return;
      case "ping-strike":
        return this.#strikes.add(1, open.attributes);
      case "closed":
        this.#open.delete(id);
        this.#countPolicy(open);
        this.#age.record((event.at - open.since) / SECOND, open.attributes);
    }
  }

  #onAcked(event: TransportEvent & { type: "ping-acked" }, open: Open): void {
    const attributes = ofPurpose(open, event.purpose);
    open.out.delete(event.id);
    this.#acked.add(1, attributes);
    this.#rtt.record(event.rtt / SECOND, attributes);
  }

  /** Keepalive that is off has no interval. */
  #countPolicy(open: Open): void {
    if (open.policy === undefined) return;
    const { time, source } = open.policy;
    open.policy = undefined;
    if (time === Infinity) return;
    const told = { ...open.attributes, "keepalive.policy.source": source };
    this.#interval.record(time / SECOND, told);
  }

  #onTimeout(open: Open): void {
    for (const purpose of open.out.values()) {
      this.#lost.add(1, ofPurpose(open, purpose));
    }
  }
}

function ofPurpose(
  { attributes }: Open,
  purpose: Purpose,
): MetricAttributes {
  return { ...attributes, "keepalive.ping.purpose": purpose };
}
