import {
  type ActiveState,
  type Balancer,
  type BalancerOwner,
  GIVEN_UP,
  replaceSubchannels,
} from "./balancer.ts";
import { Timer } from "../../runtime/mod.ts";
import {
  lacksPermission,
  type Subchannel,
  type SubchannelOwner,
  type TrustedConnection,
} from "../connections/mod.ts";

/**
 * Milliseconds that an attempt has for itself before the next address is tried
 * beside it (gRFC A61, RFC 8305).
 */
export const CONNECTION_ATTEMPT_DELAY = 250;

type State =
  /** Nothing needs a connection. */
  | { readonly kind: "idle" }
  /** The addresses are tried; those before `next` have begun. */
  | {
    readonly kind: "trying";
    next: number;
    readonly failed: Set<Subchannel>;
    /** Whether all have failed before: that state stays until one is ready. */
    readonly isSticky: boolean;
  }
  /** All have failed; each goes on trying (gRFC A62: sticky). */
  | { readonly kind: "failed" }
  /** The only one that is left has a connection. */
  | { readonly kind: "ready" };

const IDLE: State = { kind: "idle" };
const READY: State = { kind: "ready" };

/**
 * Uses the first address that answers
 * ({@link https://github.com/grpc/proposal/blob/master/A62-pick-first.md | gRFC A62}),
 * with Happy Eyeballs
 * ({@link https://github.com/grpc/proposal/blob/master/A61-IPv4-IPv6-dualstack-backends.md | gRFC A61}):
 * an attempt that takes long gets company. It reconnects when a call asks.
 */
export class PickFirst implements Balancer, SubchannelOwner {
  readonly #owner: BalancerOwner;
  #addresses: readonly string[] = [];
  #subchannels: Subchannel[] = [];
  #state: State = IDLE;
  #connection: TrustedConnection | undefined;
  /** Made with the second address that is tried. */
  #timer: Timer | undefined;

  /** Starts without addresses. */
  constructor(owner: BalancerOwner) {
    this.#owner = owner;
  }

  get nextAttemptAt(): number {
    return Math.min(...this.#subchannels.map((each) => each.nextAttemptAt));
  }

  get connections(): readonly TrustedConnection[] {
    return this.#connection === undefined ? [] : [this.#connection];
  }

  pick(): TrustedConnection | undefined {
    const connection = this.#connection;
    return connection?.hasRoom ? connection : undefined;
  }

  update(addresses: readonly string[]): void {
    this.#addresses = interleave(addresses);
    const state = this.#state;
    if (state.kind === "idle") return;
    if (state.kind === "ready") {
      const [chosen] = this.#subchannels;
      if (this.#addresses.includes(chosen.address)) return;
      chosen.retire();
      this.#subchannels = [];
      return this.#toIdle(`${chosen.address} is not listed any more`);
    }
    if (this.#triesAll()) return;
    this.#try();
  }

  connect(): void {
    if (this.#state.kind === "idle") return this.#try();
    if (this.#state.kind !== "failed") return;
    for (const each of this.#subchannels) each.connect();
  }

  resetBackoff(): void {
    for (const each of this.#subchannels) each.resetBackoff();
  }

  shutdown(): void {
    this.#timer?.cancel();
    this.#connection = undefined;
    for (const each of this.#subchannels) each.shutdown();
    this.#subchannels = [];
    this.#state = IDLE;
  }

  /** Whether the addresses are those that are being tried, in any order. */
  #triesAll(): boolean {
    return this.#subchannels.length === this.#addresses.length &&
      this.#subchannels.every(({ address }) =>
        this.#addresses.includes(address)
      );
  }

  /**
   * Tries all addresses, from the first on; those whose connections came to
   * nothing again and again are the last.
   */
  #try(): void {
    this.#timer?.cancel();
    const state = this.#state;
    const isSticky = state.kind === "failed" ||
      (state.kind === "trying" && state.isSticky);
    this.#state = { kind: "trying", next: 0, failed: new Set(), isSticky };
    this.#subchannels = replaceSubchannels(
      this.#subchannels,
      this.#addresses,
      this.#owner,
      this,
    ).sort((a, b) => Number(a.isRelegated) - Number(b.isRelegated));
    this.#tryNext();
  }

  #tryNext(): void {
    this.#timer?.cancel();
    const state = this.#state;
    if (state.kind !== "trying") return;
    const subchannel = this.#subchannels[state.next];
    if (subchannel === undefined) return this.#settle(state.failed);
    state.next++;
    if (subchannel.state.kind === "TRANSIENT_FAILURE") {
      state.failed.add(subchannel);
      return this.#tryNext();
    }
    subchannel.connect();
    if (this.#state !== state || state.next >= this.#subchannels.length) return;
    if (subchannel.isPausing) return this.#tryNext();
    this.#timer ??= new Timer(this.#owner.clock);
    this.#timer.plan(CONNECTION_ATTEMPT_DELAY, () => this.#tryNext());
  }

  onState(subchannel: Subchannel, reason: string): void {
    if (!this.#subchannels.includes(subchannel)) return;
    switch (subchannel.state.kind) {
      case "READY":
        return this.#choose(subchannel, subchannel.state.connection, reason);
      case "TRANSIENT_FAILURE":
        return this.#onFailure(subchannel, subchannel.state.error);
      case "CONNECTING":
        return this.#onConnecting(reason);
      case "IDLE":
        return this.#onIdle(subchannel, reason);
    }
  }

  onLoss(): void {
    this.#owner.onLoss();
  }

  onRoom(): void {
    this.#owner.onRoom();
  }

  #tell(state: ActiveState, reason: string, error?: Error): void {
    this.#owner.onState(this, state, reason, error);
  }

  #choose(
    chosen: Subchannel,
    connection: TrustedConnection,
    reason: string,
  ): void {
    this.#timer?.cancel();
    this.#state = READY;
    this.#connection = connection;
    const tried = this.#subchannels;
    this.#subchannels = [chosen];
    for (const each of tried) {
      if (each !== chosen) each.retire();
    }
    this.#tell("READY", reason);
    this.#owner.onRoom();
  }

  #onFailure(subchannel: Subchannel, error: Error): void {
    this.#connection = undefined;
    const state = this.#state;
    if (state.kind === "ready") return this.#try();
    if (state.kind === "failed") {
      return this.#tell("TRANSIENT_FAILURE", error.message, error);
    }
    if (state.kind !== "trying") return;
    state.failed.add(subchannel);
    if (state.next < this.#subchannels.length) this.#tryNext();
    else this.#settle(state.failed);
  }

  /** Whether all have failed. */
  #settle(failed: ReadonlySet<Subchannel>): void {
    if (failed.size < this.#subchannels.length) return;
    this.#state = { kind: "failed" };
    const states = this.#subchannels.map(({ state }) => state);
    const errors = states.flatMap((state) =>
      state.kind === "TRANSIENT_FAILURE" ? [state.error] : []
    );
    const error = errors.findLast((each) => !lacksPermission(each)) ??
      errors.at(-1) ?? new Error("there are no addresses");
    this.#tell("TRANSIENT_FAILURE", error.message, error);
    for (const each of this.#subchannels) this.#goOn(each);
  }

  /** The one in use is being replaced: the others are tried beside it. */
  #onConnecting(reason: string): void {
    const state = this.#state;
    if (state.kind === "ready") {
      this.#connection = undefined;
      this.#tell("CONNECTING", reason);
      return this.#try();
    }
    if (state.kind !== "trying" || state.isSticky) return;
    this.#tell("CONNECTING", reason);
  }

  #onIdle(subchannel: Subchannel, reason: string): void {
    const state = this.#state;
    if (state.kind === "ready") return this.#toIdle(reason);
    const waits = state.kind === "idle" ||
      (state.kind === "trying" && state.failed.has(subchannel));
    if (!waits) this.#goOn(subchannel);
  }

  /** Tries again, or becomes IDLE once no address is being tried any more. */
  #goOn(subchannel: Subchannel): void {
    if (subchannel.state.kind !== "IDLE") return;
    if (!subchannel.tookWholeBackoff || this.#owner.isConnectionWanted()) {
      return subchannel.connect();
    }
    const isOver = this.#state.kind === "failed" &&
      this.#subchannels.every(({ state }) => state.kind === "IDLE");
    if (isOver) this.#toIdle(GIVEN_UP);
  }

  #toIdle(reason: string): void {
    this.#timer?.cancel();
    this.#connection = undefined;
    this.#state = IDLE;
    this.#tell("IDLE", reason);
  }
}

/** RFC 8305 section 4: the families take turns, that of the first one first. */
export function interleave(addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const isV6 = (address: string) => address.startsWith("[");
  const firstIsV6 = isV6(addresses[0] ?? "");
  const first = addresses.filter((each) => isV6(each) === firstIsV6);
  const second = addresses.filter((each) => isV6(each) !== firstIsV6);
  const pairs = first.flatMap((address, i) =>
    i < second.length ? [address, second[i]] : [address]
  );
  return [...pairs, ...second.slice(first.length)];
}
