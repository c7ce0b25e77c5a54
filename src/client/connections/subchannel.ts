import { Timer } from "../../runtime/mod.ts";
import type { Transport } from "../../transport/mod.ts";
import { drawBackoff, isWhole } from "./backoff.ts";
import type { SubchannelTracer } from "./channel_tracer.ts";
import { ConnectAttempt } from "./connect_attempt.ts";
import { connectedText, connectingText } from "./reason_texts.ts";
import type { ReconnectThrottle } from "./reconnect_throttle.ts";
import { assertFollows, IDLE } from "./subchannel_state.ts";
import type { SubchannelParts, SubchannelState } from "./subchannel_state.ts";
import { Suspects } from "./suspects.ts";
import { TrustedConnection, type TrustOwner } from "./trusted_connection.ts";

/** Is told what becomes of a subchannel. */
export interface SubchannelOwner {
  /** The state has changed, for a reason. */
  onState(subchannel: Subchannel, reason: string): void;
  /** A connection was lost, or none could be made. */
  onLoss(): void;
  /** A call may find room where there was none. */
  onRoom(): void;
}

/**
 * Connects to one address, again and again, with
 * {@link https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md | backoff}.
 *
 * ```text
 *           connect              SETTINGS have come
 *   IDLE ------------> CONNECTING ------------------> READY
 *    ^ ^                |      ^                       | |
 *    | |          fails |      +-----------------------+ |
 *    | | backoff        v        suspected, calls run    |
 *    | +-- is over -- TRANSIENT_FAILURE                  |
 *    +---------------------------------------------------+
 *          lost, drained, or suspected without calls
 * ```
 *
 * `retire` and `shutdown` lead to SHUTDOWN from each state. A suspected
 * connection stays beside the one that is to replace it; if it answers first, it
 * is READY again.
 */
export class Subchannel implements TrustOwner {
  /** The address, as `dial` takes it. */
  readonly address: string;
  readonly #parts: SubchannelParts;
  readonly #tracer: SubchannelTracer;
  readonly #owner: SubchannelOwner;
  /** Made with the first suspicion. */
  #suspects: Suspects | undefined;
  #state: SubchannelState = IDLE;
  #attempt: ConnectAttempt | undefined;
  /** Made with the first pause. */
  #timer: Timer | undefined;
  /** When the attempt that made the present connection began; a whole number. */
  #began = 0;
  #tookWholeBackoff = false;
  /** Attempts in a row that failed, each with a backoff that is over. */
  #failures = 0;

  /** Connects to nothing yet. */
  constructor(
    address: string,
    parts: SubchannelParts,
    tracer: SubchannelTracer,
    owner: SubchannelOwner,
  ) {
    this.address = address;
    this.#parts = parts;
    this.#tracer = tracer;
    this.#owner = owner;
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
    const state = this.#state;
    if (state.kind === "TRANSIENT_FAILURE") return state.until;
    const isPlanned = state.kind === "CONNECTING" && !this.#attempt;
    return isPlanned ? state.attemptAt : Infinity;
  }

  /** Whether other addresses are better tried first. */
  get isRelegated(): boolean {
    return this.#throttle?.isRelegated ?? false;
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
    const throttle = this.#throttle;
    const now = this.#now();
    const attemptAt = Math.max(throttle?.notBefore(isNeeded) ?? now, now);
    if (attemptAt >= this.nextAttemptAt) return;
    const wait = Math.ceil(attemptAt - now);
    const text = connectingText(this.address, wait, throttle?.reason);
    this.#move({ kind: "CONNECTING", attemptAt }, text);
    if (wait > 0) this.#tracer.waits(throttle?.inVain ?? 0, attemptAt);
    const isStill = this.#state.kind === "CONNECTING" && !this.#attempt;
    if (isStill) this.#at(attemptAt, () => this.#dial());
  }

  /** Forgets failures: what waits for its time goes on at once. */
  resetBackoff(): void {
    this.#failures = 0;
    this.#throttle?.reset();
    if (this.#state.kind === "TRANSIENT_FAILURE") {
      this.#rest("the backoff was reset");
    } else if (this.isPausing) {
      this.#timer?.cancel();
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
    const connections = this.#suspects?.connections ?? [];
    if (connection !== undefined) connections.push(connection);
    this.#timer?.cancel();
    this.#attempt?.abort("the attempt is not needed any more");
    this.#attempt = undefined;
    const isNews = this.#state.kind !== "SHUTDOWN";
    this.#state = { kind: "SHUTDOWN" };
    if (isNews) this.#tracer.state("SHUTDOWN", "it is not needed any more");
    return connections.map(({ transport }) => transport);
  }

  #now(): number {
    return this.#parts.setup.clock.now();
  }

  get #throttle(): ReconnectThrottle | undefined {
    return this.#parts.throttles.known(this.address);
  }

  #move(state: SubchannelState, reason: string): void {
    if (this.#state.kind === "SHUTDOWN") return;
    assertFollows(state, this.#state);
    const isNews = state.kind !== this.#state.kind;
    this.#state = state;
    if (isNews) this.#tracer.state(state.kind, reason);
    this.#owner.onState(this, reason);
  }

  #at(time: number, action: () => void): void {
    this.#timer?.cancel();
    const delay = time - this.#now();
    if (delay <= 0) return action();
    this.#timer ??= new Timer(this.#parts.setup.clock);
    this.#timer.plan(delay, action);
  }

  #rest(reason: string): void {
    this.#timer?.cancel();
    this.#move(IDLE, reason);
  }

  #dial(): void {
    const { setup, dialer } = this.#parts;
    const { clock, backoff, random, minConnectTimeout } = setup;
    const delay = drawBackoff(backoff, this.#failures, random);
    const timeout = Math.max(minConnectTimeout, delay);
    const began = this.#now();
    const attempt = new ConnectAttempt(dialer, clock, this.#tracer);
    this.#attempt = attempt;
    attempt.connect(this.address, timeout).then((transport) => {
      if (this.#attempt !== attempt) return attempt.discard(transport);
      this.#attempt = undefined;
      attempt.follow(this.#connected(transport, began));
    }, (error: Error) => {
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      const now = this.#now();
      this.#tookWholeBackoff = isWhole(now - began, delay);
      this.#fail(error, Math.max(began + delay, now));
    });
  }

  /** The server's SETTINGS have come, and that is a success. */
  #connected(transport: Transport, began: number): TrustedConnection {
    this.#failures = 0;
    this.#tookWholeBackoff = false;
    const connection = new TrustedConnection(
      transport,
      this.#parts.setup,
      this,
    );
    this.#began = Math.floor(began);
    this.#move({ kind: "READY", connection }, connectedText(this.address));
    this.#suspects?.dismissAll();
    return connection;
  }

  onRoom(connection: TrustedConnection): void {
    const suspects = this.#suspects;
    if (!suspects?.has(connection)) return this.#owner.onRoom();
    if (this.connection !== undefined) suspects.dismiss(connection);
  }

  #fail(error: Error, until: number): void {
    this.#owner.onLoss();
    this.#tracer.waits(this.#failures + 1, until);
    this.#move({ kind: "TRANSIENT_FAILURE", error, until }, error.message);
    if (this.#state.kind !== "TRANSIENT_FAILURE") return;
    this.#at(until, () => {
      this.#failures++;
      this.#rest("the backoff is over");
    });
  }

  /** Another connection is made when one is needed. */
  onUnusable(connection: TrustedConnection, reason: string): void {
    this.#tracer.disconnected(connection.transport, reason);
    const isReplaced = this.connection !== undefined;
    this.#suspects?.remove(connection, isReplaced ? "replaced" : "lost");
    if (this.connection !== connection) return;
    const throttle = this.#parts.throttles.of(this.address);
    throttle.ended(connection, this.#began, this.#now(), reason);
    this.#owner.onLoss();
    this.#move(IDLE, reason);
  }

  /**
   * Calls are not to wait for the verdict: another connection is made, or will
   * be when a call needs one.
   */
  onSuspect(connection: TrustedConnection, reason: string): void {
    if (this.connection !== connection) return;
    this.#suspects ??= new Suspects(this.#tracer);
    this.#suspects.add(connection, this.#now(), reason);
    const text = `${this.address} is suspect: ${reason}`;
    if (connection.transport.activeStreams === 0 && !connection.isProbe) {
      this.#parts.throttles.of(this.address).spread(this.#now());
      return this.#move(IDLE, text);
    }
    this.#move({ kind: "CONNECTING", attemptAt: this.#now() }, text);
    if (this.#state.kind === "CONNECTING") this.#dial();
  }

  onHeld(connection: TrustedConnection, reason: string, until: number): void {
    this.#tracer.held(connection, reason, until);
  }

  /**
   * The peer has answered: its connection is kept, and the one that was to
   * replace it is not needed. Once calls flow there, it is the other way round.
   */
  onTrusted(connection: TrustedConnection): void {
    if (this.connection === connection) return this.#owner.onRoom();
    const spare = this.connection;
    const isReplaced = spare !== undefined &&
      spare.transport.activeStreams > 0;
    const outcome = isReplaced ? "replaced" : "recovered";
    if (!this.#suspects?.remove(connection, outcome)) return;
    if (isReplaced) return void connection.transport.drain();
    this.#timer?.cancel();
    this.#attempt?.abort("the connection has answered");
    this.#attempt = undefined;
    const text = `${this.address} has answered`;
    this.#move({ kind: "READY", connection }, text);
    void spare?.transport.close();
  }
}
