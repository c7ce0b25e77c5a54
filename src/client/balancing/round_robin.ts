import {
  type Balancer,
  type BalancerOwner,
  GIVEN_UP,
  replaceSubchannels,
} from "./balancer.ts";
import type {
  Subchannel,
  SubchannelOwner,
  TrustedConnection,
} from "../connections/mod.ts";

/**
 * Connects to all addresses and lets them take turns: gRPC's
 * {@link https://github.com/grpc/grpc/blob/master/doc/load-balancing.md | round_robin}.
 * What is lost is connected anew, at once if a call waits.
 */
export class RoundRobin implements Balancer, SubchannelOwner {
  readonly #owner: BalancerOwner;
  readonly #failed = new Map<Subchannel, Error>();
  #addresses: readonly string[] = [];
  #subchannels: Subchannel[] = [];
  #connections: TrustedConnection[] = [];
  #turn = 0;
  #active = false;

  /** Starts without addresses. */
  constructor(owner: BalancerOwner) {
    this.#owner = owner;
  }

  get nextAttemptAt(): number {
    return Math.min(...this.#subchannels.map((each) => each.nextAttemptAt));
  }

  get connections(): readonly TrustedConnection[] {
    return this.#connections;
  }

  pick(): TrustedConnection | undefined {
    const connections = this.#connections;
    for (let tried = 0; tried < connections.length; tried++) {
      const connection = connections[this.#turn++ % connections.length];
      if (connection.hasRoom) return connection;
    }
    return undefined;
  }

  update(addresses: readonly string[]): void {
    this.#addresses = addresses;
    if (this.#active) this.#replace();
  }

  connect(): void {
    if (this.#active) return this.#hurry();
    this.#active = true;
    this.#replace();
  }

  resetBackoff(): void {
    for (const each of this.#subchannels) each.resetBackoff();
  }

  shutdown(): void {
    for (const each of this.#subchannels) each.shutdown();
    this.#subchannels = [];
    this.#connections = [];
    this.#failed.clear();
    this.#active = false;
  }

  /** A call waits: pauses that nobody waited for are cut short. */
  #hurry(): void {
    for (const each of this.#subchannels) each.connect();
  }

  #replace(): void {
    this.#subchannels = replaceSubchannels(
      this.#subchannels,
      this.#addresses,
      this.#owner,
      this,
    );
    // Who was told that one goes may have shut this down.
    if (!this.#active) return this.shutdown();
    for (const each of this.#failed.keys()) {
      if (!this.#subchannels.includes(each)) this.#failed.delete(each);
    }
    const isNeeded = this.#owner.isCallWaiting();
    for (const each of this.#subchannels) each.connect(isNeeded);
    this.#tell("the addresses have changed");
  }

  onLoss(): void {
    this.#owner.onLoss();
  }

  onRoom(): void {
    this.#owner.onRoom();
  }

  onState(subchannel: Subchannel, reason: string): void {
    if (!this.#subchannels.includes(subchannel)) return;
    const { state } = subchannel;
    const { kind } = state;
    if (kind === "READY") this.#failed.delete(subchannel);
    if (state.kind === "TRANSIENT_FAILURE") {
      this.#failed.set(subchannel, state.error);
    }
    this.#tell(reason);
    if (kind === "IDLE") this.#goOn(subchannel);
    if (kind === "READY") this.#owner.onRoom();
  }

  /** What is lost is connected anew, unless nobody answers or waits. */
  #goOn(subchannel: Subchannel): void {
    if (!subchannel.tookWholeBackoff || this.#owner.isConnectionWanted()) {
      return subchannel.connect(this.#owner.isCallWaiting());
    }
    if (this.#subchannels.some(({ state }) => state.kind !== "IDLE")) return;
    this.#failed.clear();
    this.#owner.onState(this, "IDLE", GIVEN_UP);
  }

  /** gRFC A62: one that failed counts as failed until it is ready. */
  #tell(reason: string): void {
    this.#connections = this.#subchannels.flatMap(({ connection }) =>
      connection ? [connection] : []
    );
    const errors = this.#subchannels.flatMap((each) =>
      this.#failed.get(each) ?? []
    );
    if (this.#connections.length > 0) {
      return this.#owner.onState(this, "READY", reason);
    }
    if (errors.length < this.#subchannels.length) {
      return this.#owner.onState(this, "CONNECTING", reason);
    }
    const error = errors.at(-1);
    this.#owner.onState(this, "TRANSIENT_FAILURE", reason, error);
  }
}
