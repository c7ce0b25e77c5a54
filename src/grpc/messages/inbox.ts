import type { CallMemory } from "../../memory/mod.ts";
import type { GrpcError } from "../grpc_error.ts";
import { TurnShare } from "../../runtime/mod.ts";
import { notable } from "./call_ledger.ts";
import type { StreamHeartbeat } from "../heartbeat/mod.ts";
import type { Arrived } from "./message_counter.ts";
import type { RawMessage } from "./framing.ts";
import type { MessageKind } from "./prefix.ts";
import { MessageReader } from "./reader.ts";
import {
  type Crediting,
  type End,
  endedWith,
  type OnlyMessage,
  OPEN,
  type Waiting,
  type WaitingForOnly,
} from "./waiting.ts";

/**
 * The share that messages which are there already have in a turn of the event
 * loop, of all calls together: one read may hold ten thousand of them, and who
 * asks for one after the other would wait for nothing else.
 */
const MESSAGES = new TurnShare();

/**
 * The messages that a stream has received and nobody has taken.
 *
 * The peer may send more only as messages are taken: what is held is bounded
 * by the stream's window and, while somebody waits, one message. Before more
 * of that one is let in than the window, the memory quota must have room for
 * all of it.
 */
export class Inbox implements Arrived {
  readonly #reader: MessageReader;
  readonly #stream: Crediting;
  #memory: CallMemory | undefined;
  #held = 0;
  /** Untaken octets, when they were last counted. */
  #counted = 0;
  #takenMessages = 0;
  #takenOctets = 0;
  /** Whether there is room for all of the message that is half there. */
  #half: "open" | "wanted" | "reserved" = "open";
  #waiting: Waiting | undefined;
  #waitingForOnly: WaitingForOnly | undefined;
  #end: End = OPEN;

  /**
   * Starts empty.
   *
   * @param maxLength The longest message to accept, in octets.
   * @param memory Counts what is held.
   * @param kind Says whose limit the length is.
   */
  constructor(
    maxLength: number,
    stream: Crediting,
    memory?: CallMemory,
    kind?: MessageKind,
  ) {
    this.#reader = new MessageReader(maxLength, kind);
    this.#stream = stream;
    if (memory !== undefined) this.memory = memory;
  }

  /** Counts what is held from now on. */
  set memory(memory: CallMemory) {
    this.#memory = memory;
    this.#reader.origin = memory;
    this.#count();
  }

  /** Is told what comes from now on; heartbeats are left out. */
  set heartbeat(heartbeat: StreamHeartbeat) {
    this.#reader.heartbeat = heartbeat;
    if (this.#end.kind === "ended") heartbeat.peerEnded();
  }

  get arrivedMessages(): number {
    return this.#takenMessages + this.#reader.messages;
  }

  get arrivedOctets(): number {
    return this.#takenOctets + this.#reader.wholeOctets;
  }

  /** Whether all messages that have come were taken. */
  get isEmpty(): boolean {
    return this.#reader.messages === 0;
  }

  /** Whether what has come ends with the end of a message. */
  get isAtBoundary(): boolean {
    return this.#reader.isAtBoundary;
  }

  /**
   * Takes in data of the stream; answers how many messages it has completed.
   *
   * @throws {GrpcError} If it is no message, or too long a one.
   */
  push(data: Uint8Array): number {
    if (this.#end.kind === "ended") {
      this.#stream.consumed(data.length);
      return 0;
    }
    this.#held += data.length;
    const before = this.#reader.messages;
    this.#reader.push(data);
    const completed = this.#reader.messages - before;
    const { heartbeat } = this.#reader;
    if (heartbeat !== undefined) this.#note(heartbeat);
    if (this.#waiting !== undefined && this.#reader.messages > 0) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve(this.#take());
    }
    if (this.#reader.messages > 1) this.#settleOnly();
    this.#release();
    return completed;
  }

  /** Nothing more will come. What has come can still be taken. */
  end(error?: GrpcError): void {
    if (this.#end.kind === "ended") return;
    this.#end = endedWith(error);
    this.#reader.heartbeat?.peerEnded();
    this.#settleOnly();
    if (this.#memory !== undefined) this.#memory.isReceiving = false;
    this.#count();
    if (this.#waiting === undefined) return;
    const { resolve, reject } = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) resolve(undefined);
    else reject(error);
  }

  /**
   * Forgets what has come, and ends. Where messages are lost, even an end that
   * has come is none: half of the messages must not pass for all of them.
   */
  discard(error?: GrpcError): void {
    const loses = this.#reader.messages > 0;
    this.#reader.clear();
    this.#release();
    this.#memory?.drop();
    if (loses && this.#end.kind === "ended") this.#end = endedWith(error);
    else this.end(error);
  }

  /**
   * Takes the next message, if it is there and not compressed, and others need
   * no turn before.
   */
  takePlain(): Uint8Array | undefined {
    if (MESSAGES.isUsedUp) return undefined;
    const payload = this.#reader.takePlain();
    if (payload === undefined) return undefined;
    this.#memory?.goOn();
    this.#took(payload.length);
    this.#releaseMuch();
    MESSAGES.take(0);
    return payload;
  }

  /**
   * The next message; `undefined` after the last.
   *
   * @throws {GrpcError} After the last, if the stream ended with an error.
   */
  next(): Promise<RawMessage | undefined> {
    this.#memory?.goOn();
    const message = this.#take();
    if (message !== undefined) {
      this.#release();
      MESSAGES.take(0);
      return MESSAGES.next(Promise.resolve(message));
    }
    if (this.#end.kind === "ended") {
      if (this.#end.error !== undefined) return Promise.reject(this.#end.error);
      return Promise.resolve(undefined);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#release();
    });
  }

  /**
   * The only message, when the stream has ended; as soon as a second one comes,
   * `"several"`. What comes counts as taken.
   *
   * @throws {GrpcError} If the stream ended with an error.
   */
  only(): Promise<OnlyMessage> {
    return new Promise((resolve, reject) =>
      this.awaitOnly({ resolve, reject })
    );
  }

  /** The same for who is told without a promise, at once if it is known. */
  awaitOnly(waiting: WaitingForOnly): void {
    this.#waitingForOnly = waiting;
    const isOpen = this.#end.kind === "open" && this.#reader.messages <= 1;
    if (isOpen) this.#release();
    else this.#settleOnly();
  }

  /** Heartbeats wait for nobody: the peer may send the next ones. */
  #note(heartbeat: StreamHeartbeat): void {
    heartbeat.received();
    const octets = Math.min(heartbeat.takeDropped(), this.#held);
    if (octets === 0) return;
    this.#held -= octets;
    this.#stream.consumed(octets);
  }

  #settleOnly(): void {
    const waiting = this.#waitingForOnly;
    if (waiting === undefined) return;
    this.#waitingForOnly = undefined;
    if (this.#reader.messages > 1) waiting.resolve("several");
    else if (this.#end.kind === "ended" && this.#end.error !== undefined) {
      waiting.reject(this.#end.error);
    } else waiting.resolve(this.#take() ?? "none");
  }

  /** Takes a message, which is in the hand of who asked for it. */
  #take(): RawMessage | undefined {
    const message = this.#reader.take();
    if (message === undefined) return undefined;
    this.#took(message.payload.length);
    return message;
  }

  #took(length: number): void {
    this.#half = "open";
    this.#takenMessages++;
    this.#takenOctets += length;
    if (this.#memory !== undefined) this.#memory.inHand = notable(length);
  }

  /** Between messages that are there, what is held is counted now and then. */
  #releaseMuch(): void {
    const { messages, octets } = this.#reader;
    if (messages === 0 || notable(this.#counted - octets) > 0) this.#release();
  }

  /**
   * With no message to be taken, more may come; the rest of half a message only
   * when somebody waits for it, and there is room.
   */
  #release(): void {
    const isAskedForOnly = this.#waitingForOnly !== undefined;
    const isAsked = isAskedForOnly || this.#waiting !== undefined;
    if (this.#half === "wanted" && this.#reader.missing === 0) {
      this.#memory?.leave();
      this.#half = "open";
    }
    if (isAskedForOnly || this.#reader.messages === 0) {
      const kept = isAsked && this.#mayComplete() ? 0 : this.#reader.halfLength;
      const released = this.#held - kept;
      if (released > 0) {
        this.#held = kept;
        this.#reader.heartbeat?.credited();
        this.#stream.consumed(released);
      }
    }
    this.#count();
  }

  /** Whether the rest of half a message may come. */
  #mayComplete(): boolean {
    const { missing } = this.#reader;
    if (this.#memory === undefined || missing === 0) return true;
    if (this.#half !== "open") return this.#half === "reserved";
    this.#half = "wanted";
    const isGranted = this.#memory.want(missing, (isGranted) => {
      this.#half = isGranted ? "reserved" : "open";
      if (isGranted) this.#release();
    });
    if (isGranted) this.#half = "reserved";
    return isGranted;
  }

  #count(): void {
    const memory = this.#memory;
    if (memory === undefined) return;
    const isReserved = this.#half === "reserved";
    const { octets, missing } = this.#reader;
    this.#counted = octets;
    if (isReserved) memory.unread(octets, missing, true);
    else memory.unread(notable(octets), 0, false);
    memory.isWaiting = this.#end.kind === "open" &&
      (this.#waiting !== undefined || this.#waitingForOnly !== undefined);
  }
}
