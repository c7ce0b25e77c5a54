import type { ChannelEvent } from "../grpc/mod.ts";
import { disconnectError } from "./disconnect_error.ts";
import type { Instruments } from "./instruments.ts";
import type { Adder, MetricAttributes } from "./meter.ts";
import { targetName } from "./target_name.ts";

/** A connection that a channel uses, or may use. */
type Open = MetricAttributes;

/**
 * The metrics of the connections of channels
 * ({@link https://github.com/grpc/proposal/blob/master/A94-subchannel-otel-metrics.md | gRFC A94}),
 * and of suspicions.
 */
export class SubchannelMetrics {
  readonly #open = new Map<number, Open>();
  readonly #succeeded: Adder;
  readonly #failed: Adder;
  readonly #disconnections: Adder;
  readonly #openConnections: Adder;
  readonly #suspicions: Adder;

  /** Makes the instruments. */
  constructor(make: Instruments) {
    this.#succeeded = make.counter(
      "grpc.subchannel.connection_attempts_succeeded",
      "{attempt}",
      "Attempts to connect that succeeded.",
    );
    this.#failed = make.counter(
      "grpc.subchannel.connection_attempts_failed",
      "{attempt}",
      "Attempts to connect that failed.",
    );
    this.#disconnections = make.counter(
      "grpc.subchannel.disconnections",
      "{disconnection}",
      "Connections that take no new calls any more.",
    );
    this.#openConnections = make.upDownCounter(
      "grpc.subchannel.open_connections",
      "{connection}",
      "Connections that take new calls.",
    );
    this.#suspicions = make.counter(
      "keepalive.suspicions",
      "{suspicion}",
      "Connections whose server was overdue, by what became of that.",
    );
  }

  /** Something has happened to a channel. */
  onEvent(event: ChannelEvent): void {
    switch (event.type) {
      case "connected":
        return this.#onConnected(event.connectionId, event);
      case "connect-failed":
        if (!event.isGivenUp) this.#failed.add(1, attributesOf(event));
        return;
      case "disconnected":
        return this.#onDisconnected(event.connectionId, event);
      case "suspicion-ended":
        return this.#suspicions.add(1, {
          ...attributesOf(event),
          "keepalive.suspicion.outcome": event.outcome,
        });
    }
  }

  #onConnected(
    id: number,
    event: ChannelEvent & { type: "connected" },
  ): void {
    const attributes = attributesOf(event);
    const open = {
      ...attributes,
      "grpc.security_level": event.isSecure ? "privacy_and_integrity" : "none",
    };
    this.#open.set(id, open);
    this.#succeeded.add(1, attributes);
    this.#openConnections.add(1, open);
  }

  #onDisconnected(
    id: number,
    event: ChannelEvent & { type: "disconnected" },
  ): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#openConnections.add(-1, open);
    this.#disconnections.add(1, {
      ...attributesOf(event),
      "grpc.disconnect_error": disconnectError(event.state),
    });
  }
}

function attributesOf({ target }: ChannelEvent): MetricAttributes {
  return { "grpc.target": targetName(target) };
}
