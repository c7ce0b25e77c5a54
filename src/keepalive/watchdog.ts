/**
 * The silence of a peer, on both ends: {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8} for clients,
 * {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9} for servers. In grpc-go it is
 * `http2Client.keepalive` ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_client.go | http2_client.go}) and
 * `http2Server.keepalive` ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_server.go | http2_server.go}).
 *
 * @module
 */
import { assert } from "../invariants/mod.ts";

/** What a keepalive machine asks of its owner. */
export type KeepaliveInstruction =
  /** Nothing is due. */
  | "none"
  /** Send a PING now. */
  | "ping"
  /** The peer is gone: close the connection. */
  | "close";

/** Where a {@linkcode Watchdog} stands. */
export type WatchdogState =
  /** Keepalive is turned off. */
  | { readonly kind: "off" }
  /** The peer was heard; a PING is due after a time of silence. */
  | { readonly kind: "waiting" }
  /** A PING is out and nothing at all has been read since. */
  | {
    readonly kind: "probing";
    /** When the PING was sent. */
    readonly sentAt: number;
    /** When the connection is to be closed. */
    readonly closeAt: number;
    /** When to look again: not after `closeAt`, unless the verdict is in doubt. */
    readonly checkAt: number;
    /** Whether the verdict was put off once because it came late. */
    readonly doubted: boolean;
  }
  /** There is nothing to keep alive until a stream opens; no timer runs. */
  | { readonly kind: "dormant" };

/**
 * A verdict that is later than this, in milliseconds, is not trusted: the
 * process was busy or stopped, and the answer may lie unread in the socket.
 * Timers of an idle process are up to 8 ms late, 5 of them by the slack of the
 * system's clock.
 */
export const LATE_VERDICT = 20;

/**
 * The part of its interval by which a PING may be late, so that those of many
 * connections leave at one waking of the process, and the most that it may be in
 * milliseconds. Nothing else may: a peer that is dead is judged in time.
 */
const PING_SLACK = 1 / 100;
const MOST_PING_SLACK = 1_000;

/** Milliseconds for the socket to be read before a late verdict stands. */
export const VERDICT_PAUSE = 10;

const OFF: WatchdogState = { kind: "off" };
const WAITING: WatchdogState = { kind: "waiting" };
const DORMANT: WatchdogState = { kind: "dormant" };

/**
 * Watches the silence of a peer: after `time` without a read it asks for a
 * PING, after a further `timeout` without a read for the end.
 *
 * Any read is a sign of life (gRFC A8), the answer to the PING is not awaited
 * in particular. Writes are none; but as long as a full send buffer empties,
 * the PING may be waiting in it, and the end waits, too.
 *
 * ```txt
 *           silence for `time`, needed: "ping"
 *   +---> waiting ----------------------------> probing <---+ not yet `timeout`:
 *   |      |   ^           any read              | | |  |   | look again
 *   |      |   +---------------------------------+ | |  +---+
 *   |      | silence for `time`, not needed        | |
 *   |      v              not needed               | +--> "close": silence for
 *   +--- dormant <---------------------------------+      `timeout`, and again
 *   wake() |                                              if the verdict is late
 *   while  +--- wake(): "ping" ---> probing
 *   PINGs are held back
 *
 *   off       `time` is Infinity: no way leads here or away
 *   needed    there is something to keep alive
 *   resume()  "ping", with a fresh deadline, unless off, dormant or not needed
 *   probe()   "ping", unless off or probing
 * ```
 */
export class Watchdog {
  #time: number;
  readonly #timeout: number;
  #state: WatchdogState;
  #lastRead: number;
  /** Until then PINGs are held back. */
  #notBefore: number | undefined;

  /** Starts with silence: the first PING is due `time` from now. */
  constructor(time: number, timeout: number, now: number) {
    this.#time = time;
    this.#timeout = timeout;
    this.#lastRead = now;
    this.#state = time === Infinity ? OFF : WAITING;
  }

  /** Milliseconds without a read after which a PING is sent. */
  get time(): number {
    return this.#time;
  }

  /** The peer bears no more than that: `time` is at least so many milliseconds. */
  slowDown(time: number): void {
    this.#time = Math.max(this.#time, time);
  }

  /** Where the machine stands. */
  get state(): WatchdogState {
    return this.#state;
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    switch (this.#state.kind) {
      case "waiting":
        return this.#dueAfter(this.#lastRead + this.#time);
      case "probing":
        return this.#state.checkAt;
      default:
        return Infinity;
    }
  }

  #dueAfter(silence: number): number {
    const notBefore = this.#notBefore;
    return notBefore === undefined ? silence : Math.max(silence, notBefore);
  }

  /**
   * When the next call of `advance` is due at the latest: a PING, and a look at
   * one that is out, may be late by a hundredth of the time, a verdict may not.
   */
  latest(): number {
    return this.deadline() + this.slack;
  }

  /** Milliseconds by which that is later than the deadline. */
  get slack(): number {
    const state = this.#state;
    if (state.kind === "off" || state.kind === "dormant") return 0;
    const slack = Math.min(this.#time * PING_SLACK, MOST_PING_SLACK);
    if (state.kind === "waiting") return slack;
    return Math.max(0, Math.min(slack, state.closeAt - state.checkAt));
  }

  /** Octets were read. Forgives an outstanding PING. */
  read(now: number): void {
    this.#lastRead = now;
    if (this.#state.kind === "probing") this.#state = WAITING;
  }

  /**
   * The socket took octets again after its send buffer was full, which only the
   * host of the peer can have brought about: it is given a whole timeout from
   * now for a PING that is out. The PING stays unanswered, and the next one
   * due when it was.
   */
  writeProgress(now: number): void {
    const state = this.#state;
    if (state.kind !== "probing") return;
    const closeAt = Math.max(state.closeAt, now + this.#timeout);
    const checkAt = Math.min(state.checkAt, closeAt);
    this.#state = { ...state, closeAt, checkAt, doubted: false };
  }

  /** Puts the end of a peer that is probed off, by some milliseconds. */
  putOff(patience: number): void {
    const state = this.#state;
    if (state.kind !== "probing" || patience === 0) return;
    const closeAt = state.closeAt + patience;
    this.#state = { ...state, closeAt, doubted: false };
  }

  /** Holds PINGs back until a time, or not any more. */
  holdUntil(time: number | undefined): void {
    this.#notBefore = time;
  }

  /**
   * Does what is due.
   *
   * @param needed Whether there is something to keep alive. If not, the
   * machine falls dormant instead of sending a PING or closing.
   */
  advance(now: number, needed: boolean): KeepaliveInstruction {
    if (now < this.deadline()) return "none";
    if (!needed) {
      this.#state = DORMANT;
      return "none";
    }
    const instruction = this.#state.kind === "probing"
      ? this.#judge(now)
      : this.#probe(now);
    assert(
      instruction === "close" || this.deadline() >= now,
      "what is due next is not over",
      this.deadline() - now,
    );
    return instruction;
  }

  /** There is something to keep alive again: a dormant machine probes. */
  wake(now: number): KeepaliveInstruction {
    if (this.#state.kind !== "dormant") return "none";
    if (now >= (this.#notBefore ?? now)) return this.#probe(now);
    this.#state = WAITING;
    return "none";
  }

  /**
   * Probes now, whatever was read before; a probe that is out stands. Answers
   * `"none"` if keepalive is off.
   */
  probe(now: number): KeepaliveInstruction {
    const { kind } = this.#state;
    return kind === "off" || kind === "probing" ? "none" : this.#probe(now);
  }

  /**
   * The machine slept: all that was awaited may be lost, and nothing can be
   * held against the peer. Asks for a fresh PING with a fresh deadline.
   */
  resume(now: number, needed: boolean): KeepaliveInstruction {
    const { kind } = this.#state;
    if (kind === "off" || kind === "dormant") return "none";
    if (needed) return this.#probe(now);
    this.#state = DORMANT;
    return "none";
  }

  #probe(now: number): KeepaliveInstruction {
    assert(this.#state.kind !== "off", "keepalive that is off sends no PING");
    this.#state = {
      kind: "probing",
      sentAt: now,
      closeAt: now + this.#timeout,
      checkAt: now + Math.min(this.#time, this.#timeout),
      doubted: false,
    };
    return "ping";
  }

  #judge(now: number): KeepaliveInstruction {
    const state = this.#state;
    if (state.kind !== "probing") return "none";
    const { closeAt, checkAt, doubted } = state;
    if (now < closeAt) {
      const next = Math.min(now + this.#time, closeAt);
      this.#state = { ...state, checkAt: next };
      return "none";
    }
    if (!doubted && now - checkAt > LATE_VERDICT) {
      this.#state = { ...state, checkAt: now + VERDICT_PAUSE, doubted: true };
      return "none";
    }
    return "close";
  }
}
