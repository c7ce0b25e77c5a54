import type { ConnectivityState } from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type {
  Subchannel,
  SubchannelOwner,
  TrustedConnection,
} from "../connections/mod.ts";

/** Spreads calls over the connections to several addresses. */
export interface Balancer {
  /** When the next attempt to connect begins; `Infinity` if none is planned. */
  readonly nextAttemptAt: number;
  /** The connections that take calls. */
  readonly connections: readonly TrustedConnection[];
  /** The connection for the next call, if there is one with room. */
  pick(): TrustedConnection | undefined;
  /** The addresses from now on. */
  update(addresses: readonly string[]): void;
  /** A call needs a connection, or somebody wants one. */
  connect(): void;
  /** Forgets failures: what waits for its time goes on at once. */
  resetBackoff(): void;
  /** Closes all connections. */
  shutdown(): void;
}

/** The states of a channel that is not closed. */
export type ActiveState = Exclude<ConnectivityState, "SHUTDOWN">;

/** What a balancer tells, and what it needs. */
export interface BalancerOwner {
  /** The clock of its pauses. */
  readonly clock: Clock;
  /** The state of the channel, what led to it, and the error of a failure. */
  onState(
    balancer: Balancer,
    state: ActiveState,
    reason: string,
    error?: Error,
  ): void;
  /** Addresses may be stale. */
  onLoss(): void;
  /** A call may find room where there was none. */
  onRoom(): void;
  /**
   * Whether to go on though the last attempt got no answer in its time. Not for
   * nobody: while it connects, an attempt holds the process, and such attempts
   * follow each other without a pause. `connect` is called once somebody waits.
   */
  isConnectionWanted(): boolean;
  /** Whether a call waits for a connection, or for room on one. */
  isCallWaiting(): boolean;
  /** Makes the subchannel of an address. */
  subchannel(address: string, owner: SubchannelOwner): Subchannel;
}

/** Why a channel rests whose addresses give no answer. */
export const GIVEN_UP =
  "an attempt to connect got no answer, and nobody waits for another";

/**
 * Keeps the subchannels of addresses that stay, retires those that go, and
 * makes those that are missing.
 */
export function replaceSubchannels(
  known: readonly Subchannel[],
  addresses: readonly string[],
  owner: BalancerOwner,
  ownerOfEach: SubchannelOwner,
): Subchannel[] {
  const byAddress = new Map(known.map((each) => [each.address, each]));
  const kept = addresses.map((address) => {
    const subchannel = byAddress.get(address) ??
      owner.subchannel(address, ownerOfEach);
    byAddress.delete(address);
    return subchannel;
  });
  for (const gone of byAddress.values()) gone.retire();
  return kept;
}
