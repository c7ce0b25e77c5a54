import type {
  BackoffOptions,
  ChannelTracer,
  Dialer,
  SubchannelSetup,
} from "../connections/mod.ts";
import type { LoadBalancing } from "../balancing/mod.ts";
import type { Resolver } from "../resolving/mod.ts";

/** How a `Connector` is set up. */
export interface ConnectorSetup extends SubchannelSetup {
  /** Is told what becomes of the channel and its subchannels. */
  readonly tracer: ChannelTracer;
  /** Whether its state and its addresses are those of the channel. */
  readonly isMain: boolean;
  /** Makes connections. */
  readonly dialer: Dialer;
  /** What the channel leads to, for messages. */
  readonly name: string;
  /** Finds addresses. */
  readonly resolver: Resolver;
  /** How calls are spread over them. */
  readonly loadBalancing: LoadBalancing;
  /** The times between attempts. */
  readonly backoff: Required<BackoffOptions>;
  /** Milliseconds over which the first attempts after a loss are spread. */
  readonly reconnectSpread: number;
  /** Milliseconds without a call until the channel is idle. */
  readonly idleTimeout: number;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
}

/** Milliseconds that a connection for large headers is kept without a call. */
const APART_IDLE_TIMEOUT = 10_000;

/** That of a connector for calls with large headers, beside the one of all others. */
export function setupApart(
  main: ConnectorSetup,
  resolver: Resolver,
): ConnectorSetup {
  return {
    ...main,
    isMain: false,
    resolver,
    loadBalancing: "pick_first",
    idleTimeout: Math.min(main.idleTimeout, APART_IDLE_TIMEOUT),
  };
}
