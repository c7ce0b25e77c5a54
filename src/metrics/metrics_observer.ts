import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { ClientCallMetrics } from "./client_call_metrics.ts";
import { Instruments } from "./instruments.ts";
import { KeepaliveMetrics } from "./keepalive_metrics.ts";
import { LegacyCallMetrics } from "./legacy_call_metrics.ts";
import type { Meter } from "./meter.ts";
import type { MetricNames } from "./names.ts";
import { SemconvCallMetrics } from "./semconv_call_metrics.ts";
import { ServerCallMetrics } from "./server_call_metrics.ts";
import { SubchannelMetrics } from "./subchannel_metrics.ts";

/** The methods of an observer that measures. */
export interface MetricsListeners {
  /** Takes what happens to calls. */
  readonly call: (event: CallEvent) => void;
  /** Takes what happens to channels, if that is measured. */
  readonly channel?: (event: ChannelEvent) => void;
  /** Takes what happens to connections, if that is measured. */
  readonly connection?: (event: TransportEvent, transport: Transport) => void;
}

/** Which metrics are made, besides those of calls in gRFC A66. */
export interface MetricsChoice {
  /** Those of subchannels, retries and keepalive. */
  readonly experimental: boolean;
  /** Under which names calls are measured. */
  readonly names: readonly MetricNames[];
}

/** What measures calls. */
interface CallMetrics {
  onEvent(event: CallEvent): void;
}

/** Measures what happens with the instruments of a meter. */
export function measure(
  meter: Meter,
  { experimental, names }: MetricsChoice,
): MetricsListeners {
  const make = new Instruments(meter);
  const all: CallMetrics[] = [];
  if (names.includes("grpc")) {
    all.push(new ClientCallMetrics(make, experimental));
    all.push(new ServerCallMetrics(make));
  }
  if (names.includes("semconv")) all.push(new SemconvCallMetrics(make));
  if (names.includes("legacy")) {
    all.push(new LegacyCallMetrics(make, "client"));
    all.push(new LegacyCallMetrics(make, "server"));
  }
  const call = (event: CallEvent) => {
    for (const each of all) each.onEvent(event);
  };
  if (!experimental) return { call };
  const subchannels = new SubchannelMetrics(make);
  const keepalive = new KeepaliveMetrics(make);
  return {
    call,
    channel: (event) => {
      subchannels.onEvent(event);
      if (event.type === "connected") keepalive.onConnected(event);
    },
    connection: (event, transport) => keepalive.onEvent(event, transport),
  };
}
