import { type Clock, onAbort, Timer } from "../../runtime/mod.ts";
import type { Transport, TransportEvent } from "../../transport/mod.ts";
import type { Backoff } from "./backoff.ts";
import type { SubchannelFollower } from "./channel_follower.ts";
import { TrustedConnection, type TrustSetup } from "./trusted_connection.ts";
import { retirementText } from "./retirement_text.ts";
import type { ReconnectThrottle } from "./reconnect_throttle.ts";

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

/** How a subchannel makes its connections. */
export interface SubchannelSetup extends TrustSetup {
  /** Milliseconds that an attempt may take, at least. */
  readonly minConnectTimeout: number;
  /** The clock of all times, in milliseconds. */
  readonly clock: Clock;
  /** Is told what becomes of it. */
  readonly follower: SubchannelFollower;
  /** Slows down attempts whose connections come to nothing. */
  readonly throttle: ReconnectThrottle;
  /** Connects to an address. */
  dial(
    address: string,
    options: {
      readonly timeout: number;
      readonly signal: AbortSignal;
      readonly onEvent: (event: TransportEvent, transport: Transport) => void;
    },
  ): Promise<Transport>;
}

/** Is told what becomes of a subchannel. */
export interface SubchannelOwner {
  /** The state has changed, for a reason. */
  onState(subchannel: Subchannel, reason: string): void;
  /** A connection was lost, or none could be made. */
  onLoss(): void;
  /** A call may find room where there was none. */
  onRoom(): void;
}

const IDLE: SubchannelState = { kind: "IDLE" };

/** Part of a backoff that an attempt takes up, as timers are not exact. */
const WHOLE = 0.9;

/** Connects to one address, again and again, with backoff. */
export class Subchannel {
  /** The address, as `dial` takes it. */
  readonly address: string;
  readonly #setup: SubchannelSetup;
  readonly #backoff: Backoff;
  readonly #owner: SubchannelOwner;
  /** Connections that are suspected, and since when. */
  readonly #suspects = new Map<TrustedConnection, number>();
  #state: SubchannelState = IDLE;
  #attempt: AbortController | undefined;
  readonly #timer: Timer;
  /** When the attempt that made the present connection began. */
  #began = 0;
  #tookWholeBackoff = false;

  /** Connects to nothing yet. */
  constructor(
    address: string,
    setup: SubchannelSetup,
    backoff: Backoff,
    owner: SubchannelOwner,
  ) {
    this.address = address;
    this.#setup = setup;
    this.#backoff = backoff;
    this.#owner = owner;
    this.#timer = new Timer(setup.clock);
  }

  /** Where it stands. */
  get state(): SubchannelState {
    return this.#state;
  }

  /** The connection for new calls, if there is one. */
  get connection(): TrustedConnection | undefined {
    return this.#state.kind === "READY" ? this.#state.connection : undefined;
  }

  /** When the next attempt begins; `Infinity` if none is planned. */
  get nextAttemptAt(): number {
    switch (this.#state.kind) {
      case "CONNECTING":
        return this.#attempt === undefined ? this.#state.attemptAt : Infinity;
      case "TRANSIENT_FAILURE":
        return this.#state.until;
      default:
        return Infinity;
    }
  }

  /** Whether other addresses are better tried first. */
  get isRelegated(): boolean {
    return this.#setup.throttle.isRelegated;
  }

  /**
   * Whether the last attempt failed, and took the time of its backoff, so that
   * no pause is left before the next one.
   */
  get tookWholeBackoff(): boolean {
    return this.#tookWholeBackoff;
  }

  /** Whether it waits until it may connect. */
  get isPausing(): boolean {
    return this.#attempt === undefined && this.#state.kind === "CONNECTING" &&
      this.#state.attemptAt > this.#now();
  }

  /**
   * Makes a connection, if it is IDLE.
   *
   * @param isNeeded Whether a call waits for it: a pause is shorter then.
   */
  connect(isNeeded: boolean = true): void {
    if (this.#state.kind !== "IDLE" && !this.isPausing) return;
    const { throttle } = this.#setup;
    const now = this.#now();
    const attemptAt = Math.max(throttle.notBefore(isNeeded), now);
    if (attemptAt >= this.nextAttemptAt) return;
    const what = `connecting to ${this.address}`;
    const wait = Math.ceil(attemptAt - now);
    this.#move(
      { kind: "CONNECTING", attemptAt },
      wait > 0 ? `${what} in ${wait} ms, as ${throttle.reason}` : what,
    );
    if (wait > 0) this.#setup.follower.waits(throttle.inVain, attemptAt);
    const isStill = this.#state.kind === "CONNECTING" && !this.#attempt;
    if (isStill) this.#at(attemptAt, () => this.#dial());
  }

  /** Forgets failures: what waits for its time goes on at once. */
  resetBackoff(): void {
    this.#backoff.reset();
    this.#setup.throttle.reset();
    if (this.#state.kind === "TRANSIENT_FAILURE") {
      this.#rest("the backoff was reset");
    } else if (this.isPausing) {
      this.#timer.cancel();
      this.#dial();
    }
  }

  /** Makes no further connection; running calls may finish. */
  retire(): void {
    for (const transport of this.#giveUp()) void transport.drain();
  }

  /** Makes no further connection, and closes what there is. */
  shutdown(): void {
    for (const transport of this.#giveUp()) void transport.close();
  }

  /** Makes no further attempt; answers with the connections that there are. */
  #giveUp(): Transport[] {
    const { connection } = this;
    const connections = [
      ...this.#suspects.keys(),
      ...(connection ? [connection] : []),
    ];
    this.#timer.cancel();
    this.#attempt?.abort(new Error("the attempt is not needed any more"));
    this.#attempt = undefined;
    this.#state = { kind: "SHUTDOWN" };
    this.#setup.follower.state("SHUTDOWN", "it is not needed any more");
    return connections.map(({ transport }) => transport);
  }

  #now(): number {
    return this.#setup.clock.now();
  }

  #move(state: SubchannelState, reason: string): void {
    if (this.#state.kind === "SHUTDOWN") return;
    const isNews = state.kind !== this.#state.kind;
    this.#state = state;
    if (isNews) this.#setup.follower.state(state.kind, reason);
    this.#owner.onState(this, reason);
  }

  #at(time: number, action: () => void): void {
    this.#timer.cancel();
    const delay = time - this.#now();
    if (delay <= 0) action();
    else this.#timer.plan(delay, action);
  }

  #rest(reason: string): void {
    this.#timer.cancel();
    this.#move(IDLE, reason);
  }

  #dial(): void {
    const delay = this.#backoff.draw();
    const began = this.#now();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { follower } = this.#setup;
    follower.connects();
    let connection: TrustedConnection | undefined;
    const early: TransportEvent[] = [];
    this.#setup.dial(this.address, {
      timeout: Math.max(this.#setup.minConnectTimeout, delay),
      signal: attempt.signal,
      onEvent: (event) =>
        connection === undefined
          ? early.push(event)
          : connection.onEvent(event),
    }).then((transport) => {
      follower.connected(transport, began);
      if (this.#attempt !== attempt) return this.#reject(transport);
      this.#attempt = undefined;
      connection = this.#connected(transport, began);
      for (const event of early) connection.onEvent(event);
    }, (error: Error) => {
      follower.failed(error, began);
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      const now = this.#now();
      this.#tookWholeBackoff = now - began >= WHOLE * delay;
      this.#fail(error, Math.max(began + delay, now));
    });
  }

  /** The server's SETTINGS have come, and that is a success. */
  #connected(transport: Transport, began: number): TrustedConnection {
    this.#backoff.reset();
    this.#tookWholeBackoff = false;
    const connection = new TrustedConnection(transport, this.#setup, {
      onSuspect: (connection, reason) => this.#onSuspect(connection, reason),
      onTrusted: (connection) => this.#onTrusted(connection),
    });
    this.#began = began;
    transport.onRoom = () => this.#onRoom(connection);
    this.#watch(connection);
    this.#move({ kind: "READY", connection }, `connected to ${this.address}`);
    for (const suspect of this.#suspects.keys()) this.#dismiss(suspect);
    return connection;
  }

  /** The attempt was given up at the last moment. */
  #reject(transport: Transport): void {
    const reason = "it is not needed any more";
    this.#setup.follower.disconnected(transport, reason);
    void transport.close();
  }

  /** Forgets a suspect, if it is one. */
  #endSuspicion(
    connection: TrustedConnection,
    outcome: "recovered" | "replaced" | "lost",
  ): boolean {
    const since = this.#suspects.get(connection);
    if (since === undefined) return false;
    this.#suspects.delete(connection);
    this.#setup.follower.suspicionEnded(connection.transport, outcome, since);
    return true;
  }

  #onRoom(connection: TrustedConnection): void {
    if (this.#suspects.has(connection)) this.#dismiss(connection);
    else this.#owner.onRoom();
  }

  /** A suspect that was replaced, and whose calls have ended, is of no use. */
  #dismiss(suspect: TrustedConnection): void {
    if (this.connection === undefined || suspect.transport.activeStreams > 0) {
      return;
    }
    this.#endSuspicion(suspect, "replaced");
    void suspect.transport.close();
  }

  #watch(connection: TrustedConnection): void {
    const { transport } = connection;
    let isOver = false;
    const lost = (reason: string) => {
      if (isOver) return;
      isOver = true;
      this.#setup.follower.disconnected(transport, reason);
      this.#lost(connection, reason);
    };
    transport.closed.then(({ message }) => lost(message));
    const { draining } = transport;
    const retires = () => lost(retirementText(transport));
    if (draining.aborted) queueMicrotask(retires);
    else onAbort(draining, retires);
  }

  #fail(error: Error, until: number): void {
    this.#owner.onLoss();
    this.#setup.follower.waits(this.#backoff.failures + 1, until);
    this.#move({ kind: "TRANSIENT_FAILURE", error, until }, error.message);
    if (this.#state.kind !== "TRANSIENT_FAILURE") return;
    this.#at(until, () => {
      this.#backoff.grow();
      this.#rest("the backoff is over");
    });
  }

  /** A connection takes no new calls: another is made when one is needed. */
  #lost(connection: TrustedConnection, reason: string): void {
    this.#endSuspicion(
      connection,
      this.connection === undefined ? "lost" : "replaced",
    );
    if (this.connection !== connection) return;
    const { throttle } = this.#setup;
    throttle.ended(connection.transport, this.#began, this.#now(), reason);
    this.#owner.onLoss();
    this.#move(IDLE, reason);
  }

  /**
   * Calls are not to wait for the verdict: another connection is made, or will
   * be when a call needs one.
   */
  #onSuspect(connection: TrustedConnection, reason: string): void {
    if (this.connection !== connection) return;
    this.#suspects.set(connection, this.#now());
    this.#setup.follower.suspected(connection.transport, reason);
    const text = `${this.address} is suspect: ${reason}`;
    if (connection.transport.activeStreams === 0) {
      return this.#move(IDLE, text);
    }
    this.#move({ kind: "CONNECTING", attemptAt: this.#now() }, text);
    if (this.#state.kind === "CONNECTING") this.#dial();
  }

  /**
   * The peer has answered: its connection is kept, and the one that was to
   * replace it is not needed. Once calls flow there, it is the other way round.
   */
  #onTrusted(connection: TrustedConnection): void {
    if (this.connection === connection) return this.#owner.onRoom();
    const spare = this.connection;
    const isReplaced = spare !== undefined &&
      spare.transport.activeStreams > 0;
    const outcome = isReplaced ? "replaced" : "recovered";
    if (!this.#endSuspicion(connection, outcome)) return;
    if (isReplaced) return void connection.transport.drain();
    this.#timer.cancel();
    this.#attempt?.abort(new Error("the connection has answered"));
    this.#attempt = undefined;
    const text = `${this.address} has answered`;
    this.#move({ kind: "READY", connection }, text);
    void spare?.transport.close();
  }
}
