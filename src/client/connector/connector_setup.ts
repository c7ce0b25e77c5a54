import {
  type ChannelTracer,
  type Dialer,
  ReconnectThrottles,
  type SubchannelParts,
  type SubchannelSetup,
  type ThrottleSetup,
} from "../connections/mod.ts";
import type { LoadBalancing } from "../balancing/mod.ts";
import type { Resolver } from "../resolving/mod.ts";

/** How the connectors of channels with the same options are set up. */
export interface ConnectorSetup extends SubchannelSetup, ThrottleSetup {
  /** Whether its state and its addresses are those of the channel. */
  readonly isMain: boolean;
  /** How calls are spread over addresses. */
  readonly loadBalancing: LoadBalancing;
  /** Milliseconds without a call until the channel is idle. */
  readonly idleTimeout: number;
}

/** What a `Connector` is made of. */
export interface ConnectorParts extends SubchannelParts {
  readonly setup: ConnectorSetup;
  /** Makes connections. */
  readonly dialer: Dialer;
  /** Is told what becomes of the channel and its subchannels. */
  readonly tracer: ChannelTracer;
  readonly throttles: ReconnectThrottles;
  /** Finds addresses. */
  readonly resolver: Resolver;
  /** The authority of calls. */
  readonly authority: string;
}

/** Milliseconds that a connection for large headers is kept without a call. */
const APART_IDLE_TIMEOUT = 10_000;

/** That of a connector for calls with large headers, beside the one of all others. */
export function partsApart(
  main: ConnectorParts,
  resolver: Resolver,
): ConnectorParts {
  const setup: ConnectorSetup = {
    ...main.setup,
    isMain: false,
    loadBalancing: "pick_first",
    idleTimeout: Math.min(main.setup.idleTimeout, APART_IDLE_TIMEOUT),
  };
  return { ...main, setup, throttles: new ReconnectThrottles(setup), resolver };
}
