import type {
  Transport,
  TransportEvent,
  TransportOwner,
} from "../../transport/mod.ts";
import type { CloseReason } from "../../session/mod.ts";
import { type AnswerOwner, AwaitedAnswer } from "./awaited_answer.ts";
import { type ConnectionEnding, endOf, Refusals } from "./connection_ending.ts";
import type { Held } from "./local_health.ts";
import { PingAllowance } from "./ping_allowance.ts";
import { retirementText, sleepText } from "./reason_texts.ts";
import {
  doubtAfter,
  SilenceDetector,
  type SilenceOwner,
} from "./silence_detector.ts";
import type { Trust, TrustSetup } from "./trust.ts";

/** Is told when a connection loses or regains trust, and what it takes. */
export interface TrustOwner {
  /** What was connected to, which behind a proxy is not whom a socket leads to. */
  readonly address: string;
  /** New calls must go elsewhere. */
  onSuspect(connection: TrustedConnection, reason: string): void;
  /** New calls wait: this end may be to blame. */
  onHeld(connection: TrustedConnection, reason: string, until: number): void;
  /** The peer has answered. */
  onTrusted(connection: TrustedConnection): void;
  /** A call may find room where there was none. */
  onRoom(connection: TrustedConnection): void;
  /** It takes no new calls any more; once. */
  onUnusable(connection: TrustedConnection, reason: string): void;
}

/**
 * One established connection of a channel, and how far it is trusted.
 *
 * ```text
 *            no answer to calls, or the first
 *            call after a silence ("await")
 *   trusted --------------------------------> verifying
 *    ^ |  ^                                     |   |
 *    | |  +------------ octets were read -------+   | no answer to the PING
 *    | |                                            | in time
 *    | +- the machine slept, or no answer ------+   |
 *    |    to a PING of keepalive in time        v   v
 *    +------------------ PING answered -------- suspect
 * ```
 *
 * When most peers are overdue at once, a verdict for which a PING was waited in
 * vain is `held` first, for another `suspicionTimeout` at the most.
 */
export class TrustedConnection
  implements Held, SilenceOwner, AnswerOwner, TransportOwner {
  /** The connection. */
  readonly transport: Transport;
  readonly #setup: TrustSetup;
  readonly #owner: TrustOwner;
  /** Milliseconds that the machine had slept when a call last began. */
  #slept: number;
  /** There while a PING is out. */
  #answer: AwaitedAnswer | undefined;
  /** Made with the first call. */
  #silence: SilenceDetector | undefined;
  #trust: Trust = "trusted";
  #allowance: PingAllowance | undefined;
  #takesPing = false;
  #isProbe = false;
  #hasAnswered = false;
  #closed = false;
  #isUnusable = false;
  #refusals: Refusals | undefined;

  /** Trusts a connection that has just been made. */
  constructor(transport: Transport, setup: TrustSetup, owner: TrustOwner) {
    this.transport = transport;
    this.#setup = setup;
    this.#owner = owner;
    this.#slept = setup.sleep.slept();
    transport.owner = this;
    setup.health?.opened(this);
  }

  /** The address of the server, by which it is told from others. */
  get peer(): string {
    return this.#owner.address;
  }

  /** When octets were last read, in milliseconds of the clock. */
  get lastReadAt(): number {
    return this.transport.lastReadAt;
  }

  /** Whether a new connection is to show that this end is not to blame. */
  get isProbe(): boolean {
    return this.#isProbe;
  }

  /** Whether the server has begun to answer a call. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** How far it is trusted. */
  get trust(): Trust {
    return this.#trust;
  }

  /** Whether a call can begin now. */
  get hasRoom(): boolean {
    return this.#trust === "trusted" && this.transport.streamsLeft > 0;
  }

  /**
   * A call is about to begin.
   *
   * @returns Whether it may; if not, an `onTrusted` or `onSuspect` follows.
   */
  admit(): boolean {
    return this.transport.activeStreams > 0 || this.#admitFirst();
  }

  /** The stream of an admitted call is open: a PING can travel with it. */
  opened(): void {
    const { suspicionTimeout, clock } = this.#setup;
    this.#silence ??= new SilenceDetector(
      this.transport,
      suspicionTimeout / 2,
      clock,
      this,
    );
    this.#silence.opened();
    if (!this.#takesPing) return;
    this.#takesPing = false;
    this.#probe();
  }

  /** The server has answered a call: it bears further PINGs. */
  answered(): void {
    this.#hasAnswered = true;
    this.#allowance ??= new PingAllowance(this.transport);
    this.#allowance.answered();
  }

  /**
   * A call ended at its deadline.
   *
   * @param readBefore When something was last read before it. If nothing was
   * since, calls wait for the answer to a PING, and not for long.
   */
  overdue(readBefore: number): void {
    if (this.transport.lastReadAt <= readBefore) this.onSilence();
  }

  /**
   * How the connection ended with a stream, if it did. A stream that was
   * refused alone has not been ended with it.
   */
  endingOf(streamId: number): ConnectionEnding | undefined {
    const isAnswering = this.transport.counters().streamsSucceeded > 0;
    return this.#refusals?.endingOf(streamId, isAnswering) ??
      endOf(this.transport.state, isAnswering);
  }

  /** Follows the connection. */
  onEvent(event: TransportEvent): void {
    switch (event.type) {
      case "ping-sent":
        if (event.purpose === "keepalive" && this.#trust === "trusted") {
          this.#expectAnswer();
        }
        break;
      case "ping-acked":
        this.onRead();
        break;
      case "goaway-received":
        this.#refusals = new Refusals(event, this.#refusals);
        break;
      case "suspended":
        this.#suspect(sleepText(event.slept));
        this.#probe(true);
        break;
      case "closed":
        this.#closed = true;
        this.#expectNothing();
        this.#silence?.clear();
        this.#setup.health?.closed(this);
    }
  }

  onRoom(): void {
    this.#owner.onRoom(this);
  }

  onDraining(reason: string): void {
    this.#retire(retirementText(this.transport.state, reason));
  }

  onClosed({ message }: CloseReason): void {
    this.#retire(message);
  }

  #retire(reason: string): void {
    if (this.#isUnusable) return;
    this.#isUnusable = true;
    this.#owner.onUnusable(this, reason);
  }

  /** It was held back, and is not any longer. */
  release(why: string): void {
    if (this.#trust === "held") this.#suspect(why);
  }

  /** Calls wait for the answer to a PING, and not for long. */
  onSilence(): void {
    if (this.#trust !== "trusted" || !this.#probe()) return;
    this.#trust = "verifying";
    const { lastRtt } = this.transport.counters();
    const most = this.#setup.suspicionTimeout / 2;
    this.#expectAnswer(Math.min(doubtAfter(lastRtt), most));
  }

  #admitFirst(): boolean {
    const { clock, sleep, verify, verifyAfter } = this.#setup;
    const slept = sleep.slept() - this.#slept;
    if (slept > 0) {
      this.#slept += slept;
      this.#suspect(sleepText(slept));
      this.#probe(true);
      return false;
    }
    const silence = clock.now() - this.transport.lastReadAt;
    if (verify === "off" || silence <= verifyAfter) return true;
    if (verify === "piggyback") this.#takesPing = true;
    else if (this.#probe()) this.#trust = "verifying";
    return this.#trust === "trusted";
  }

  /**
   * Sends a PING whose answer decides, unless too many were sent for nothing.
   * With keepalive, none within its timeout ends a connection with calls.
   */
  #probe(isUrgent: boolean = false): boolean {
    const now = this.#setup.clock.now();
    const allowance = this.#allowance ??= new PingAllowance(this.transport);
    if (this.#closed || !allowance.take(now, isUrgent)) return false;
    this.#expectAnswer();
    if (!this.transport.probe()) {
      this.transport.ping().then(() => this.onRead(), () => {});
    }
    return true;
  }

  #expectAnswer(limit: number = this.#setup.suspicionTimeout): void {
    if (this.#trust === "suspect") return;
    this.#answer ??= AwaitedAnswer.of(this.#setup.clock, this);
    this.#answer.expect(limit);
  }

  #expectNothing(): void {
    this.#answer?.end();
    this.#answer = undefined;
  }

  /**
   * Nobody answers: this end may be to blame. A connection that is retired makes
   * nobody connect anew, and is held back from no call.
   */
  onUnanswered(since: number, reason: string): void {
    const { health, clock, suspicionTimeout } = this.#setup;
    const now = clock.now();
    const judge = this.#isUnusable ? undefined : health;
    const verdict = judge?.overdue(this, since, now) ?? "suspect";
    this.#isProbe = verdict === "probe";
    if (verdict === "suspect") return this.#suspect(reason);
    if (this.#isProbe) return this.#suspect(`${reason}, and by most servers`);
    this.#trust = "held";
    this.transport.probe(suspicionTimeout);
    const until = now + suspicionTimeout;
    this.#answer?.extend(until);
    this.#owner.onHeld(this, `${reason}, and by most servers`, until);
  }

  #suspect(reason: string): void {
    if (this.#closed || this.#trust === "suspect") return;
    this.#trust = "suspect";
    this.#expectNothing();
    this.#owner.onSuspect(this, reason);
  }

  onRead(): void {
    this.#expectNothing();
    if (this.#closed || this.#trust === "trusted") return;
    this.#trust = "trusted";
    this.#isProbe = false;
    this.#setup.health?.answered(this);
    this.#owner.onTrusted(this);
  }
}
