import type { ChannelEvent, ConnectivityState } from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type { Transport } from "../../transport/mod.ts";
import type { ChannelCounters } from "./channel_counters.ts";

/** Takes the events of a channel. */
export interface ChannelListener {
  /** Something has happened. */
  channel(event: ChannelEvent): void;
}

/** What a {@linkcode ChannelTracer} tells, and whom. */
export interface ChannelTracerSetup {
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
  /** What is counted. */
  readonly counters: ChannelCounters;
}

/**
 * Is told what becomes of a channel: makes events, if anyone wants them. Those of
 * each connection that succeeds are written out, as a recorder keeps them: what
 * is spread into an object takes half as much memory again.
 */
export class ChannelTracer {
  readonly #setup: ChannelTracerSetup;

  /** Starts with a channel that has not been used. */
  constructor(setup: ChannelTracerSetup) {
    this.#setup = setup;
  }

  /** The channel has another state. */
  state(state: ConnectivityState, reason: string): void {
    const { listener, clock, channelId, target } = this.#setup;
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
    const { listener, clock, channelId, target } = this.#setup;
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
    const { listener } = this.#setup;
    listener?.channel({
      type: "resolution-failed",
      ...stamp(this.#setup),
      error,
    });
  }

  /** Another subchannel is made. */
  subchannel(address: string): SubchannelTracer {
    return new SubchannelTracer(address, this.#setup);
  }
}

/** Is told what becomes of a subchannel. */
export class SubchannelTracer {
  readonly #setup: ChannelTracerSetup;
  readonly #address: string;
  readonly #id = nextId("subchannel");

  /** Starts with one that has no connection. */
  constructor(address: string, setup: ChannelTracerSetup) {
    this.#address = address;
    this.#setup = setup;
  }

  /** It has another state. */
  state(state: ConnectivityState, reason: string): void {
    const { listener, clock, channelId, target } = this.#setup;
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
    const { listener, clock, channelId, target } = this.#setup;
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
    const { counters, listener, isSecure, clock, channelId, target } =
      this.#setup;
    counters.connectionAttemptsSucceeded++;
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
    const { counters, listener } = this.#setup;
    counters.connectionAttemptsFailed++;
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
    const { listener } = this.#setup;
    listener?.channel({ type: "backoff", ...this.#stamp(), failures, until });
  }

  /** A connection takes no new calls any more; once for each. */
  disconnected({ id, state }: Transport, reason: string): void {
    const { counters, listener } = this.#setup;
    counters.disconnections++;
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
    const { counters, listener } = this.#setup;
    counters.suspicions++;
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
    this.#setup.listener?.channel({
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
    const { listener } = this.#setup;
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
      ...stamp(this.#setup),
      subchannelId: this.#id,
      address: this.#address,
    };
  }
}

/** What all events of a channel have. */
function stamp({ clock, channelId, target }: ChannelTracerSetup) {
  return { at: clock.now(), channelId, target };
}
