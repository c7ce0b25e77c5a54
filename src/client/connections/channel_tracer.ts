import type {
  ChannelEvent,
  ConnectivityState,
  Listeners,
} from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type { Recorded } from "../../recorder/mod.ts";
import type { Transport } from "../../transport/mod.ts";
import type { ConnectionCounters } from "./channel_counters.ts";

/** Takes the events of a channel. */
export interface ChannelListener {
  /** Something has happened. */
  channel(event: ChannelEvent): void;
}

/** What those who trace a channel tell, and whom. */
export interface Traced extends ConnectionCounters {
  /** The number of the channel. */
  readonly channelId: number;
  /** What the channel leads to, as its maker wrote it. */
  readonly target: string;
  /** Whether its connections are TLS. */
  readonly isSecure: boolean;
  /** The clock of the events. */
  readonly clock: Clock;
  /** Takes the events, if anyone wants them. */
  readonly listener: ChannelListener | undefined;
}

/** How a {@linkcode ChannelTracer} is set up. */
export interface ChannelTracerSetup
  extends Omit<Traced, keyof ConnectionCounters> {
  /** Whom an observer has named. */
  readonly listeners: Listeners;
  /** Takes the events of the channel before all others, if it is recorded. */
  readonly recorder: Recorded | undefined;
}

/**
 * Is told what becomes of a channel: makes events, if anyone wants them. Those of
 * each connection that succeeds are written out, as a recorder keeps them: what
 * is spread into an object takes half as much memory again.
 */
export class ChannelTracer implements Traced, ChannelTracerSetup {
  readonly channelId: number;
  readonly target: string;
  readonly isSecure: boolean;
  readonly clock: Clock;
  readonly listeners: Listeners;
  readonly listener: ChannelListener | undefined;
  readonly recorder: Recorded | undefined;
  connectionAttemptsSucceeded = 0;
  connectionAttemptsFailed = 0;
  disconnections = 0;
  suspicions = 0;

  /** Starts with a channel that has not been used. */
  constructor(setup: ChannelTracerSetup) {
    this.channelId = setup.channelId;
    this.target = setup.target;
    this.isSecure = setup.isSecure;
    this.clock = setup.clock;
    this.listeners = setup.listeners;
    this.listener = setup.listener;
    this.recorder = setup.recorder;
  }

  /** The channel has another state. */
  state(state: ConnectivityState, reason: string): void {
    const { listener, clock, channelId, target } = this;
    listener?.channel({
      type: "channel-state",
      at: clock.now(),
      channelId,
      target,
      state,
      reason,
    });
  }

  /** Addresses were found. */
  resolved(addresses: readonly string[]): void {
    const { listener, clock, channelId, target } = this;
    listener?.channel({
      type: "resolved",
      at: clock.now(),
      channelId,
      target,
      addresses,
    });
  }

  /** None could be found. */
  unresolved(error: Error): void {
    this.listener?.channel({
      type: "resolution-failed",
      ...stamp(this),
      error,
    });
  }

  /** Another subchannel is made. */
  subchannel(address: string): SubchannelTracer {
    return new SubchannelTracer(address, this);
  }
}

/** Is told what becomes of a subchannel. */
export class SubchannelTracer {
  readonly #traced: Traced;
  readonly #address: string;
  readonly #id = nextId("subchannel");

  /** Starts with one that has no connection. */
  constructor(address: string, traced: Traced) {
    this.#address = address;
    this.#traced = traced;
  }

  /** It has another state. */
  state(state: ConnectivityState, reason: string): void {
    const { listener, clock, channelId, target } = this.#traced;
    listener?.channel({
      type: "subchannel-state",
      at: clock.now(),
      channelId,
      target,
      subchannelId: this.#id,
      address: this.#address,
      state,
      reason,
    });
  }

  /** An attempt to connect begins. */
  connects(): void {
    const { listener, clock, channelId, target } = this.#traced;
    listener?.channel({
      type: "connect-started",
      at: clock.now(),
      channelId,
      target,
      subchannelId: this.#id,
      address: this.#address,
    });
  }

  /** It came to a connection. */
  connected({ id }: Transport, began: number): void {
    this.#traced.connectionAttemptsSucceeded++;
    const { listener, isSecure, clock, channelId, target } = this.#traced;
    if (listener === undefined) return;
    const at = clock.now();
    listener.channel({
      type: "connected",
      at,
      channelId,
      target,
      subchannelId: this.#id,
      address: this.#address,
      connectionId: id,
      isSecure,
      duration: at - began,
    });
  }

  /** It failed, or was given up. */
  failed(error: Error, began: number, isGivenUp: boolean): void {
    this.#traced.connectionAttemptsFailed++;
    const { listener } = this.#traced;
    if (listener === undefined) return;
    const stamp = this.#stamp();
    const duration = stamp.at - began;
    listener.channel({
      type: "connect-failed",
      ...stamp,
      isGivenUp,
      error,
      duration,
    });
  }

  /** The next attempt has to wait. */
  waits(failures: number, until: number): void {
    const { listener } = this.#traced;
    listener?.channel({ type: "backoff", ...this.#stamp(), failures, until });
  }

  /** A connection takes no new calls any more; once for each. */
  disconnected({ id, state }: Transport, reason: string): void {
    this.#traced.disconnections++;
    const { listener } = this.#traced;
    listener?.channel({
      type: "disconnected",
      ...this.#stamp(),
      connectionId: id,
      state,
      reason,
    });
  }

  /** The server is overdue on a connection. */
  suspected({ id }: Transport, reason: string): void {
    this.#traced.suspicions++;
    const { listener } = this.#traced;
    listener?.channel({
      type: "suspected",
      ...this.#stamp(),
      connectionId: id,
      reason,
    });
  }

  /** The server is overdue on a connection, and so are most others. */
  held(
    { transport }: { readonly transport: Transport },
    reason: string,
    until: number,
  ): void {
    this.#traced.listener?.channel({
      type: "suspicion-held",
      ...this.#stamp(),
      connectionId: transport.id,
      reason,
      until,
    });
  }

  /** What became of that. */
  suspicionEnded(
    { id }: Transport,
    outcome: "recovered" | "replaced" | "lost",
    since: number,
  ): void {
    const { listener } = this.#traced;
    if (listener === undefined) return;
    const stamp = this.#stamp();
    listener.channel({
      type: "suspicion-ended",
      ...stamp,
      connectionId: id,
      outcome,
      duration: stamp.at - since,
    });
  }

  #stamp() {
    return {
      ...stamp(this.#traced),
      subchannelId: this.#id,
      address: this.#address,
    };
  }
}

/** What all events of a channel have. */
function stamp({ clock, channelId, target }: Traced) {
  return { at: clock.now(), channelId, target };
}
