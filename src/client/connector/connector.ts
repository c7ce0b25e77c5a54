import type { Clock } from "../../runtime/mod.ts";
import { type AddressListener, AddressSource } from "../resolving/mod.ts";
import {
  Connectivity,
  lacksPermission,
  Subchannel,
  type SubchannelOwner,
  type TrustedConnection,
} from "../connections/mod.ts";
import {
  type ActiveState,
  type Balancer,
  balancerOf,
  type BalancerOwner,
} from "../balancing/mod.ts";
import { AddressFeed } from "./address_feed.ts";
import { type ConnectorParts, partsApart } from "./connector_setup.ts";
import { type IdleOwner, IdleTimer } from "./idle_timer.ts";
import { Interest, type InterestOwner } from "./interest.ts";
import {
  openOn,
  type PendingAttempt,
  unavailable,
  type WaitingCall,
  WaitingCalls,
} from "./waiting_calls.ts";

/**
 * Finds a connection for each call: leaves and enters idleness, follows the
 * resolver, and lets calls wait in order. Its parts tell it what happens as their
 * owner, so that a channel has no function of its own for each.
 */
export class Connector
  implements BalancerOwner, AddressListener, IdleOwner, InterestOwner {
  /** The state of the channel. */
  readonly connectivity: Connectivity;
  /** What it is made of. */
  readonly parts: ConnectorParts;
  /** Made with the first call that waits or pauses. */
  #waiting: WaitingCalls | undefined;
  readonly #idle: IdleTimer;
  readonly #interest: Interest;
  readonly #source: AddressSource;
  /** Made with the connector that follows this one. */
  #feed: AddressFeed | undefined;
  #balancer: Balancer;
  #isActive = false;
  #addresses: readonly string[] | undefined;
  #error: Error | undefined;

  /** Connects to nothing yet. */
  constructor(parts: ConnectorParts) {
    this.parts = parts;
    const { setup, tracer } = parts;
    this.connectivity = new Connectivity(setup.isMain ? tracer : undefined);
    this.#interest = new Interest(setup.clock, this);
    this.#balancer = balancerOf(setup.loadBalancing, this);
    this.#source = new AddressSource(parts.resolver, this);
    this.#idle = new IdleTimer(this);
  }

  /** The clock of all its parts. */
  get clock(): Clock {
    return this.parts.setup.clock;
  }

  /** Why the last attempt failed; `undefined` once there is a connection. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Calls that run or wait at present. */
  get runningCalls(): number {
    return this.#idle.running;
  }

  /** The addresses, once they are known. */
  get addresses(): readonly string[] | undefined {
    return this.#addresses;
  }

  /** One for calls with large headers, which follows the addresses of this one. */
  apart(): Connector {
    this.#feed ??= new AddressFeed(this);
    return new Connector(partsApart(this.parts, this.#feed.resolver));
  }

  /** The addresses may be stale. */
  refresh(): void {
    if (this.#isActive) this.#source.refresh();
    else this.connect();
  }

  /** The connections that take calls. */
  get connections(): readonly TrustedConnection[] {
    return this.#balancer.connections;
  }

  /** Milliseconds from now until the next attempt; `Infinity` if none is due. */
  get nextAttemptIn(): number {
    return Math.max(0, this.#balancer.nextAttemptAt - this.clock.now());
  }

  /** A call begins, which holds the process; `end` is to follow. */
  begin(): void {
    this.#idle.begin();
    this.#interest.begin();
  }

  /** A call has ended. */
  end(): void {
    this.#idle.end();
    this.#interest.end();
  }

  /** Waits for something, and holds the process meanwhile. */
  holding<T>(work: Promise<T>): Promise<T> {
    return this.#interest.during(work);
  }

  /** Opens the stream of a call as soon as there is a connection with room. */
  start(waiting: WaitingCall): void {
    this.#waiting?.resume(waiting.current);
    if (!this.isCallWaiting()) {
      const connection = this.pick();
      if (connection !== undefined) return openOn(connection, waiting);
    }
    const { state } = this.connectivity;
    const isHopeless = state === "SHUTDOWN" ||
      state === "TRANSIENT_FAILURE" &&
        (!waiting.waitForReady || lacksPermission(this.#error!));
    if (isHopeless) {
      this.#interest.refused();
      return waiting.current.cancel(unavailable(this.#error!));
    }
    this.#waiting ??= new WaitingCalls();
    this.#waiting.add(waiting);
    this.connect();
  }

  /** A call waits for its next attempt; until it starts or ends. */
  pause(call: PendingAttempt): void {
    this.#waiting ??= new WaitingCalls();
    this.#waiting.pause(call);
  }

  /** Makes a connection, if there is none and none is being made. */
  connect(): void {
    if (this.connectivity.state === "SHUTDOWN") return;
    if (this.#isActive) {
      if (this.#addresses !== undefined) this.#balancer.connect();
      return;
    }
    this.#isActive = true;
    this.#idle.start();
    this.connectivity.set("CONNECTING", "a connection is needed");
    // Who was told of it may have closed the channel.
    if (this.#isActive) this.#source.start();
  }

  /**
   * Resolves when there is a connection.
   *
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed.
   */
  ready(signal?: AbortSignal): Promise<void> {
    return this.connectivity.ready(() => this.connect(), signal);
  }

  /** Closes all connections until a call needs one. */
  enterIdle(reason: string): void {
    if (!this.#isActive) return;
    this.#rest();
    // Who was told that a subchannel goes may have begun anew.
    if (this.#isActive) return;
    this.connectivity.set("IDLE", reason);
    if (this.isCallWaiting()) this.connect();
  }

  /** Forgets failures: what waits for its time is tried at once. */
  resetBackoff(): void {
    this.#source.resetBackoff();
    this.#balancer.resetBackoff();
  }

  /** Closes everything; calls fail. */
  async close(): Promise<void> {
    const error = this.#error = new Error("the channel is closed");
    this.connectivity.set("SHUTDOWN", error.message);
    this.#rest();
    this.#waiting?.end(error);
    await this.holding(this.parts.dialer.close());
    this.#interest.rest();
  }

  /** A connection that does not admit the call has no room for it any more. */
  pick(): TrustedConnection | undefined {
    for (;;) {
      const connection = this.#balancer.pick();
      if (connection === undefined || connection.admit()) return connection;
    }
  }

  /** Somebody waits: addresses that were given up are tried again. */
  onReturn(): void {
    const isTrying = this.#isActive && this.connectivity.state !== "IDLE";
    if (isTrying) this.#balancer.connect();
  }

  onIdle(): void {
    this.enterIdle("no call was made for the idle timeout");
  }

  #rest(): void {
    this.#idle.stop();
    this.#interest.rest();
    this.#isActive = false;
    this.#addresses = undefined;
    this.#source.stop();
    const balancer = this.#balancer;
    this.#balancer = balancerOf(this.parts.setup.loadBalancing, this);
    balancer.shutdown();
  }

  onAddresses(addresses: readonly string[]): void {
    if (this.parts.setup.isMain) this.parts.tracer.resolved(addresses);
    if (!this.#isActive) return;
    this.parts.throttles.keep(addresses, this.clock.now());
    const isFirst = this.#addresses === undefined;
    this.#addresses = addresses;
    this.#balancer.update(addresses);
    if (isFirst) this.#balancer.connect();
    this.#feed?.resolved(addresses);
  }

  /** Without addresses, nothing can be done; with some, they may still do. */
  onError(error: Error): void {
    if (this.parts.setup.isMain) this.parts.tracer.unresolved(error);
    if (!this.#isActive || this.#addresses !== undefined) return;
    this.onState(this.#balancer, "TRANSIENT_FAILURE", error.message, error);
    this.#feed?.failed(error);
  }

  /** What a balancer says that was given up is no news. */
  onState(
    balancer: Balancer,
    state: ActiveState,
    reason: string,
    error?: Error,
  ): void {
    if (this.#balancer !== balancer) return;
    if (state === "READY") {
      this.#error = undefined;
      this.#source.settled();
    }
    if (state !== "TRANSIENT_FAILURE") this.connectivity.set(state, reason);
    else {
      const failure = this.#error = error ?? this.#error ?? new Error(reason);
      this.connectivity.set(state, failure.message);
      if (this.isCallWaiting()) this.#interest.refused();
      if (lacksPermission(failure)) this.#waiting?.failAll(failure);
      else this.#waiting?.failFast(failure);
    }
    if (state === "IDLE" && this.isCallWaiting()) this.#balancer.connect();
  }

  onLoss(): void {
    this.#source.refresh();
  }

  onRoom(): void {
    this.#waiting?.serve(this);
  }

  isConnectionWanted(): boolean {
    return this.#interest.isConnectionWanted();
  }

  isCallWaiting(): boolean {
    return this.#waiting?.isEmpty === false;
  }

  subchannel(address: string, owner: SubchannelOwner): Subchannel {
    const parts = this.parts;
    const tracer = parts.tracer.subchannel(address);
    return new Subchannel(address, parts, tracer, owner);
  }
}
