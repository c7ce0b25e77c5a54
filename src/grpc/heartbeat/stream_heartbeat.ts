import { type Clock, Timer } from "../../runtime/mod.ts";
import type { TransportStream } from "../../transport/mod.ts";
import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";
import { HEARTBEAT, isHeartbeat } from "./octets.ts";
import { HeartbeatTimeoutError } from "./timeout_error.ts";

/**
 * Milliseconds that a look may be late before it is not trusted: this process
 * was held up, and what the peer has sent may not have been read.
 */
const LATE = 50;

/** What becomes of the heartbeats of a stream, see `CallEvent`. */
export type HeartbeatNews =
  | "heartbeat-agreed"
  | "heartbeat-sent"
  | "heartbeat-received";

/** The call that heartbeats are for. */
export interface HeartbeatCall {
  /** Its stream. */
  readonly stream: Pick<
    TransportStream,
    "canSend" | "queuedOctets" | "receiveWindow" | "sendData"
  >;
  /** The clock of the intervals. */
  readonly clock: Clock;
  /** Who is at the other end. */
  readonly peer: "client" | "server";
  /** Milliseconds that the peer may be late. */
  readonly timeout: number;
  /** Ends the call. */
  fail(error: GrpcError): void;
  /** Is told what happens. */
  tell(news: HeartbeatNews, interval: number): void;
}

type State =
  /** The client has asked, and there is no answer. */
  | { readonly kind: "asked" }
  /** Who is silent for the interval, in milliseconds, sends a heartbeat. */
  | { readonly kind: "agreed"; readonly interval: number }
  /** The call is over. */
  | { readonly kind: "over" };

const ASKED: State = { kind: "asked" };
const OVER: State = { kind: "over" };

/**
 * The heartbeats of one stream at one end: sends them where this end is silent,
 * and ends the call where the peer is. Messages only note their time; one timer
 * looks at that.
 */
export class StreamHeartbeat {
  readonly #call: HeartbeatCall;
  readonly #timer: Timer;
  #state = ASKED;
  #sentAt = 0;
  #receivedAt = 0;
  #isPeerOpen = true;
  #isDoubted = false;
  #dropped = 0;

  /** The client asks, or has asked; nothing is sent yet. */
  constructor(call: HeartbeatCall) {
    this.#call = call;
    this.#timer = new Timer(call.clock);
  }

  /** Does something in the next turn, if there is no answer by then. */
  unlessAnswered(action: () => void): void {
    if (this.#state.kind === "asked") this.#timer.plan(0, action);
  }

  /** The response headers name an interval, which holds from now on. */
  agree(interval: number, inbox: { heartbeat?: StreamHeartbeat }): void {
    if (this.#state.kind !== "asked") return;
    this.#state = { kind: "agreed", interval };
    this.#sentAt = this.#receivedAt = this.#call.clock.now();
    inbox.heartbeat = this;
    this.#call.tell("heartbeat-agreed", interval);
    this.#plan(this.#sentAt, interval);
  }

  /**
   * A message that is not compressed is put in line.
   *
   * @throws {GrpcError} INTERNAL, if the peer would take it for a heartbeat.
   */
  sending(message: Uint8Array): void {
    if (isHeartbeat(message)) throw lookalike();
    this.sent();
  }

  /** Something was put in line, or has left it. */
  sent(): void {
    this.#sentAt = this.#call.clock.now();
  }

  /** Octets of the peer have come on the stream. */
  received(): void {
    this.#receivedAt = this.#call.clock.now();
    this.#isDoubted = false;
  }

  /** A heartbeat was among them, which is dropped. */
  receivedHeartbeat(): void {
    this.#dropped += HEARTBEAT.length;
    if (this.#state.kind !== "agreed") return;
    this.#call.tell("heartbeat-received", this.#state.interval);
  }

  /** Octets of those that were dropped since this was asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** What the peer may send is about to become more. */
  credited(): void {
    if (this.#isPeerBlocked) this.received();
  }

  /** The peer has ended its side, and is silent from now on. */
  peerEnded(): void {
    this.#isPeerOpen = false;
  }

  /** The call is over. */
  close(): void {
    this.#state = OVER;
    this.#timer.cancel();
  }

  /** Whether the peer may not send a heartbeat, as this end takes nothing. */
  get #isPeerBlocked(): boolean {
    return this.#call.stream.receiveWindow < HEARTBEAT.length;
  }

  #look(): void {
    if (this.#state.kind !== "agreed") return;
    const { interval } = this.#state;
    const now = this.#call.clock.now();
    if (this.#isPeerOpen) {
      this.credited();
      const dueAt = this.#receivedAt + interval + this.#call.timeout;
      if (now >= dueAt) return this.#miss(now - dueAt, interval);
    }
    if (now >= this.#sentAt + interval) this.#beat(now, interval);
    this.#plan(now, interval);
  }

  /** Who was late to look reads what has come first, and looks again. */
  #miss(overdue: number, interval: number): void {
    if (overdue > LATE && !this.#isDoubted) {
      this.#isDoubted = true;
      return this.#timer.plan(LATE, () => this.#look());
    }
    const { peer, timeout } = this.#call;
    const silence = overdue + interval + timeout;
    const told = { silent: peer, silence, interval, timeout };
    const cause = new HeartbeatTimeoutError(told);
    this.close();
    const { message } = cause;
    this.#call.fail(new GrpcError(Status.UNAVAILABLE, message, { cause }));
  }

  /** What waits for the window of the peer says as much as a heartbeat. */
  #beat(now: number, interval: number): void {
    const { stream } = this.#call;
    this.#sentAt = now;
    if (!stream.canSend || stream.queuedOctets > 0) return;
    stream.sendData(HEARTBEAT, false);
    this.#call.tell("heartbeat-sent", interval);
  }

  /**
   * When this end is to speak, or the peer should have: between the time for its
   * heartbeat and the end of the wait it is seen whether a window holds it up.
   * The sums are those of `#look`: others, rounded, may be due before these are.
   */
  #plan(now: number, interval: number): void {
    const { timeout } = this.#call;
    const lateAt = this.#receivedAt + interval + timeout / 2;
    const dueAt = this.#receivedAt + interval + timeout;
    const nextLook = lateAt > now ? lateAt : dueAt;
    const at = Math.min(
      this.#call.stream.canSend ? this.#sentAt + interval : Infinity,
      this.#isPeerOpen ? nextLook : Infinity,
    );
    this.#timer.planAt(at, () => this.#look());
  }
}

function lookalike(): GrpcError {
  return new GrpcError(
    Status.INTERNAL,
    "Cannot send a message of the octets F8 FF FF FF 0F 01, which is a heartbeat on this stream: compress it, or call the method with heartbeat: false",
  );
}
