import { NO_OCTETS } from "../../collections/mod.ts";
import { SMALL_LENGTH } from "./run.ts";
import type { DataSource, TransportStream } from "../../transport/mod.ts";
import { compress } from "./compression.ts";
import { NOTABLE } from "./call_ledger.ts";
import type { StreamHeartbeat } from "../heartbeat/mod.ts";
import type { MessageCounter } from "./message_counter.ts";
import type { MessageEncoding } from "./encoding.ts";
import { FramedCopies } from "./framed_copies.ts";
import { COPIED_LENGTH, frameMessage, PREFIX_LENGTH } from "./framing.ts";
import { putMessage, requireOctets } from "./send_message.ts";
import { isUncompressed } from "./uncompressed.ts";

/**
 * Octets that may wait on a stream before its sender has to wait: as much as
 * the first flow-control window lets out. A short message that is likely to go
 * beyond waits: in whole frames, its end would be one of its own.
 */
const HIGH_WATER = 65_536;

/**
 * Octets that wait on a stream before its short messages are copied to a buffer
 * of its own; those before are cut from what all streams share. So a stream
 * holds at most four times of what waits.
 */
const WORTH_BUFFER = 4_096;

/**
 * Sends messages on a stream, no faster than they leave. A short message that is
 * the only one, and is sent as it is, needs none: see {@linkcode sendAlone}.
 */
export class Outbox implements DataSource {
  readonly #stream: TransportStream;
  readonly #counter: MessageCounter | undefined;
  /** Is told what is sent, once the client has asked for heartbeats. */
  heartbeat: StreamHeartbeat | undefined;
  #encoding: MessageEncoding;
  #isNextPlain = false;
  #wake: (() => void) | undefined;
  #closed = false;
  #copies: FramedCopies | undefined;
  /** All octets that were put on the stream. */
  #total = 0;
  /** Octets that wait, and some that have left since they were last counted. */
  #queued = 0;
  #countedAt = 0;
  /** Octets that may wait before the next message. */
  #mark = HIGH_WATER;

  /**
   * Sends on a stream, in an encoding that its headers announce.
   *
   * @param counter Is told of each message.
   */
  constructor(
    stream: TransportStream,
    encoding: MessageEncoding,
    counter?: MessageCounter,
  ) {
    this.#stream = stream;
    this.#encoding = encoding;
    this.#counter = counter;
  }

  /** Changes the encoding, before the headers announce it. */
  set encoding(encoding: MessageEncoding) {
    this.#encoding = encoding;
  }

  /** Whether the next message can go out without waiting. */
  get isReady(): boolean {
    return this.#isPlain && !this.#isHigh;
  }

  /** Octets that wait, at the most. */
  get mostQueued(): number {
    return this.#queued;
  }

  get offeredOctets(): number {
    return this.#copies?.octets ?? 0;
  }

  takeOffered(): Uint8Array {
    return this.#copies?.take() ?? NO_OCTETS;
  }

  get #isPlain(): boolean {
    return this.#encoding === "identity" || this.#isNextPlain;
  }

  /** The message that is sent next may be marked with `uncompressed`. */
  chooseEncoding(message: unknown): void {
    if (this.#encoding !== "identity") {
      this.#isNextPlain = isUncompressed(message);
    }
  }

  /**
   * Sends a message without compression, whatever waits; none once the stream
   * has ended.
   *
   * @throws {GrpcError} INTERNAL, if it is one that the peer would drop.
   */
  sendNow(payload: Uint8Array, endStream: boolean, isFollowed = false): void {
    requireOctets(payload);
    if (this.#closed) return;
    this.heartbeat?.sending(payload);
    this.#counter?.sent(payload.length, payload.length);
    // A large one fills frames by itself: to wait for others would only idle.
    const isJoined = isFollowed && payload.length <= SMALL_LENGTH;
    const isBehind = payload.length <= COPIED_LENGTH &&
      this.#queued >= WORTH_BUFFER;
    if (isBehind && !endStream) return this.#offer(payload, isJoined);
    putMessage(this.#stream, payload, endStream, isJoined);
    this.#sent(PREFIX_LENGTH + payload.length);
  }

  /** A short message follows so much that a buffer is worth it. */
  #offer(payload: Uint8Array, isJoined: boolean): void {
    const copies = this.#copies ??= new FramedCopies();
    if (!copies.hasRoom(payload.length)) this.#stream.flush();
    copies.add(payload, this.#total);
    this.#stream.offer(this, isJoined);
    this.#sent(PREFIX_LENGTH + payload.length);
  }

  /** What waits is counted as often as the memory of a call is. */
  #sent(octets: number): void {
    this.#total += octets;
    this.#queued += octets;
    const isShort = octets <= PREFIX_LENGTH + COPIED_LENGTH;
    this.#mark = isShort ? HIGH_WATER - octets : HIGH_WATER;
    if (this.#queued - this.#countedAt >= NOTABLE) this.#count();
  }

  #count(): void {
    this.#queued = this.#countedAt = this.#stream.queuedOctets;
    this.#copies?.release(this.#total - this.#queued);
  }

  /**
   * Sends the only message, and ends the stream; at once, if it can.
   *
   * @throws {TypeError} If the payload is no octets.
   */
  sendOnly(payload: Uint8Array): Promise<void> | undefined {
    if (!this.isReady) return this.#sendLater(payload);
    this.sendNow(payload, true);
  }

  async #sendLater(payload: Uint8Array): Promise<void> {
    await this.send(payload);
    this.end();
  }

  /** No further message follows. */
  end(): void {
    this.#stream.sendData(new Uint8Array(0), true);
  }

  /**
   * Sends a message; a promise tells when the next one may follow, if that is
   * not at once.
   *
   * @param isFollowed Whether that is likely to be made in a few microtasks.
   * @throws {TypeError} If the payload is no octets.
   * @throws {GrpcError} INTERNAL, if it is one that the peer would drop.
   */
  send(payload: Uint8Array, isFollowed = false): Promise<void> | undefined {
    if (!this.#isPlain) return this.#sendCompressed(payload);
    this.sendNow(payload, false, isFollowed);
    return this.#isFull ? this.#room() : undefined;
  }

  async #sendCompressed(payload: Uint8Array): Promise<void> {
    requireOctets(payload);
    const compressed = await compress(payload);
    if (this.#closed) return;
    this.heartbeat?.sent();
    this.#counter?.sent(payload.length, compressed.length);
    for (const piece of frameMessage(compressed, true)) {
      this.#stream.sendData(piece, false);
    }
    this.#total += PREFIX_LENGTH + compressed.length;
    this.#count();
    await this.#room();
  }

  get #isFull(): boolean {
    return !this.#closed && this.#isHigh;
  }

  get #isHigh(): boolean {
    if (this.#queued < this.#mark) return false;
    this.#count();
    return this.#queued >= this.#mark;
  }

  /** Waits until less waits on the stream. */
  async #room(): Promise<void> {
    while (this.#isFull) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Little or nothing waits any more. */
  onWritable(): void {
    this.heartbeat?.sent();
    this.#count();
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** The stream has ended: nobody has to wait any more. */
  close(): void {
    this.#closed = true;
    this.#stream.flush();
    if (this.#stream.queuedOctets > 0) this.#copies?.forget();
    this.heartbeat?.close();
    this.onWritable();
  }
}
