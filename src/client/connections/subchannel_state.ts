import { assert } from "../../invariants/mod.ts";
import type { BackoffOptions } from "./backoff.ts";
import type { Dialing } from "./connect_attempt.ts";
import type { ReconnectThrottles } from "./reconnect_throttle.ts";
import type { TrustSetup } from "./trust.ts";
import type { TrustedConnection } from "./trusted_connection.ts";

/** Where a subchannel stands. */
export type SubchannelState =
  /** No connection; `connect` makes one. */
  | { readonly kind: "IDLE" }
  /** A connection is being made, or will be when its pause is over. */
  | { readonly kind: "CONNECTING"; readonly attemptAt: number }
  /** There is one that can be trusted. */
  | { readonly kind: "READY"; readonly connection: TrustedConnection }
  /** The last attempt failed; after `until` the state is IDLE. */
  | {
    readonly kind: "TRANSIENT_FAILURE";
    readonly error: Error;
    readonly until: number;
  }
  /** It is given up. */
  | { readonly kind: "SHUTDOWN" };

/** Without a connection. */
export const IDLE: SubchannelState = { kind: "IDLE" };

/** How the subchannels of a channel make their connections. */
export interface SubchannelSetup extends TrustSetup {
  /** Milliseconds that an attempt may take, at least. */
  readonly minConnectTimeout: number;
  /** The times between attempts. */
  readonly backoff: Required<BackoffOptions>;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
}

/** What the subchannels of a channel have in common. */
export interface SubchannelParts {
  /** That of all channels that were made with the same options. */
  readonly setup: SubchannelSetup;
  /** Connects to an address. */
  readonly dialer: Dialing;
  /** Slow down attempts whose connections come to nothing. */
  readonly throttles: Pick<ReconnectThrottles, "known" | "of">;
}

/** The states that may follow each, apart from SHUTDOWN, which always may. */
const FOLLOWING: Readonly<
  Record<SubchannelState["kind"], readonly SubchannelState["kind"][]>
> = {
  IDLE: ["CONNECTING", "READY"],
  CONNECTING: ["CONNECTING", "READY", "TRANSIENT_FAILURE"],
  READY: ["IDLE", "CONNECTING", "READY"],
  TRANSIENT_FAILURE: ["IDLE", "READY"],
  SHUTDOWN: [],
};

/** Asserts that a subchannel moves as its diagram says. */
export function assertFollows(
  state: SubchannelState,
  before: SubchannelState,
): void {
  assert(
    FOLLOWING[before.kind].includes(state.kind),
    "a subchannel moves as its diagram says",
    `${before.kind} to ${state.kind}`,
  );
}
