import { NO_OCTETS } from "../collections/mod.ts";
import { assert } from "../invariants/mod.ts";
import {
  type Clock,
  nextTurn,
  pause,
  type Stepper,
  TurnShare,
} from "../runtime/mod.ts";
import type { Session } from "../session/mod.ts";
import type { Socket } from "./network/mod.ts";
import {
  LongWait,
  type Waiting,
  type Watched,
  writeStallsOf,
} from "./write_stall.ts";
import { whenWritten, type Writing } from "./when_written.ts";

/**
 * Milliseconds that a failed write waits for the reading side to tell why: a
 * GOAWAY of the peer may still lie there.
 */
const WRITE_ERROR_PAUSE = 100;

/**
 * Octets of DATA in a write, as long as the socket takes all that it is given:
 * a message of 64 KiB with its prefix, and some. On a slow path a PING behind
 * them would wait: there it is the usual batch.
 */
export const AMPLE_DATA = 66_560;

/** A TLS socket takes no more at once, however fast the path is. */
const MOST_OF_TLS = 65_536;

/**
 * Writers that are kept for whoever writes next: as many as PINGs may leave at one
 * waking of the process.
 */
const MOST_SPARE = 256;

/**
 * Those of a clock that nobody writes with: few of thousands of connections do at
 * a time.
 */
const spares = new WeakMap<Clock, SocketWriter[]>();

/** Where a {@linkcode SocketWriter} has its octets from, and whom it tells. */
export interface WriteSource {
  /** What is written comes from it. */
  readonly session: Session;
  /** Where it is written to. */
  readonly socket: Socket;
  /** As in the setup of a transport. */
  readonly gathers: boolean;
  /** What has come together while a write ran. */
  takeMore(): Uint8Array<ArrayBuffer>;
  /** The socket took octets again after its send buffer was full. */
  noteProgress(): void;
  /** Hands over what the session was told. */
  schedule(): void;
  /** All is written, and the writer is given back. */
  writerDone(): void;
  /** The socket takes no more; nothing is written to it from now on. */
  writeFailed(error: unknown): void;
}

/**
 * Writes to a socket, one write at a time. It is lent for as long as something is
 * to be written, with what it has used of its share: who has nothing to write
 * needs none.
 */
export class SocketWriter implements Stepper, Waiting, Writing {
  readonly #clock: Clock;
  readonly #share: TurnShare;
  /** Who has it. */
  #source: WriteSource | undefined;
  #wait: LongWait | undefined;
  /** What is being written. */
  #octets: Uint8Array<ArrayBuffer> = NO_OCTETS;
  /** How many of them the socket has taken. */
  #at = 0;
  #isWriting = false;
  /** Made when somebody waits for the end. */
  #idle: PromiseWithResolvers<void> | undefined;
  /** Resolves when who asks for octets knows that a write failed. */
  #failing: Promise<void> | undefined;
  /** Whether the socket has octets that it has not taken yet. */
  #isPending = false;
  /** There while it is looked whether that is for lack of room. */
  #watched: Watched | undefined;
  /** Whether the last write took all that it was given. */
  #isFast = true;

  /** Writes nothing yet. */
  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#share = new TurnShare(clock);
  }

  /** One for who writes by a clock. */
  static lent(clock: Clock): SocketWriter {
    return spares.get(clock)?.pop() ?? new SocketWriter(clock);
  }

  /** Octets of DATA that the next write should have; the usual if undefined. */
  get data(): number | undefined {
    return this.#isFast ? AMPLE_DATA : undefined;
  }

  /** Whether a write is under way; it takes more when it is done. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Resolves when no write is under way. */
  get idle(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    if (this.#failing !== undefined) return this.#failing;
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Writes octets, and what comes together meanwhile. */
  start(source: WriteSource, octets: Uint8Array<ArrayBuffer>): void {
    this.#source = source;
    this.#isWriting = true;
    this.#octets = octets;
    this.#at = 0;
    this.#write(source);
  }

  /** Something is to be written while a write is under way. */
  watch(): void {
    if (!this.#isPending) return;
    this.#watchWait();
    this.#watchProgress();
  }

  #watchWait(): void {
    const session = this.#source?.session;
    if (session === undefined || session.observed === false) return;
    if (session.state.kind === "closed") return;
    this.#wait ??= new LongWait(this.#clock, this);
    this.#wait.watch();
  }

  noteWait(waited: number, hasRoom: boolean): void {
    const source = this.#source;
    source?.session.writeWaits(waited, hasRoom, this.#clock.now());
    source?.schedule();
  }

  waitOver(): void {
    this.#wait = undefined;
    this.#giveBack();
  }

  /** While a PING is out, the progress of writes counts. */
  #watchProgress(): void {
    const session = this.#source?.session;
    if (session?.keepaliveState?.kind !== "probing") return;
    if (session.state.kind === "closed") return;
    this.#watched ??= writeStallsOf(this.#clock).watch();
  }

  /** No write is under way, or none that matters. */
  unwatch(): void {
    this.#endStall();
    this.#wait?.cancel();
  }

  /** The socket has taken octets; a turn of the event loop that follows is none of it. */
  stepDone(): void {
    this.#isPending = false;
    if (this.#endStall()) this.#source?.noteProgress();
    this.#wait?.end();
  }

  /** Answers whether the write was seen to wait for room. */
  #endStall(): boolean {
    const watched = this.#watched;
    if (watched === undefined) return false;
    this.#watched = undefined;
    return writeStallsOf(this.#clock).end(watched);
  }

  /** Writes what the socket has not taken yet. */
  #write(source: WriteSource): void {
    this.#isPending = true;
    const at = this.#at;
    if (at === 0) this.#watchProgress();
    else this.watch();
    const rest = at === 0 ? this.#octets : this.#octets.subarray(at);
    try {
      const write = this.#share.next(source.socket.write(rest), this);
      whenWritten(write, this);
    } catch (error) {
      this.notWritten(error);
    }
  }

  written(count: number): void {
    const source = this.#source;
    if (source === undefined) return;
    const left = this.#octets.length - this.#at;
    if (!(count > 0)) {
      return this.notWritten(new RangeError(nothing(count, left)));
    }
    this.#at += count;
    this.#isFast = count === left || count >= MOST_OF_TLS;
    this.stepDone();
    this.#share.take(count);
    if (count < left) return this.#write(source);
    if (!source.gathers) return this.#continue(source);
    void nextTurn().then(() => this.#continue(source));
  }

  /** Nothing is written any more. */
  notWritten(reason: unknown): void {
    if (this.#source === undefined) return;
    const failed = this.#fail(this.#source, reason);
    this.#failing = failed.then(() => this.#idle?.resolve());
  }

  #continue(source: WriteSource): void {
    const octets = source.takeMore();
    if (octets.length > 0) this.start(source, octets);
    else this.#end();
  }

  #end(): void {
    this.#octets = NO_OCTETS;
    this.#isWriting = false;
    this.#idle?.resolve();
    this.#idle = undefined;
    this.#giveBack();
  }

  /** As soon as nothing is written, and nothing looks at what was. */
  #giveBack(): void {
    if (this.#isWriting || this.#wait !== undefined) return;
    const source = this.#source;
    assert(source !== undefined, "a writer is given back once");
    this.#source = undefined;
    source.writerDone();
    const others = spares.get(this.#clock);
    if (others === undefined) spares.set(this.#clock, [this]);
    else if (others.length < MOST_SPARE) others.push(this);
  }

  async #fail(source: WriteSource, error: unknown): Promise<void> {
    this.#isPending = false;
    this.unwatch();
    const { state } = source.session;
    if (state.kind !== "closed") await pause(this.#clock, WRITE_ERROR_PAUSE);
    source.writeFailed(error);
  }
}

/** A socket that takes nothing, and says so at once, would be asked for ever. */
function nothing(count: number, of: number): string {
  return `the socket has written ${count} of ${of} octets, expected one at least`;
}
