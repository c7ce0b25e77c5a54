import { assert, isThoroughFor } from "../../invariants/mod.ts";
import { Fifo, NO_OCTETS } from "../../collections/mod.ts";
import {
  BODY_LENGTH,
  isHeartbeat,
  skipHeartbeats,
  type StreamHeartbeat,
} from "../heartbeat/mod.ts";
import { copyOf } from "./copy_of.ts";
import { frameMessage, PREFIX_LENGTH, type RawMessage } from "./framing.ts";
import { checkPrefix, type MessageKind } from "./prefix.ts";
import { MessageRun, SMALL_LENGTH, smallMessages } from "./run.ts";

/**
 * The most octets that are held before they arrive for a message of which less
 * has: as many as the first flow-control window lets the peer send in any case.
 */
const EAGER_LENGTH = 65_536;

/**
 * Octets that are taken in addition if the message is whole with them: 64 KiB,
 * a usual length, is an octet more than the first window.
 */
const SLACK = 1_024;

/**
 * Cuts the data of a stream into messages. For one that has not arrived whole,
 * at most twice of what has arrived is held, and four times within the first
 * window: a message of 64 KiB comes in frames of a quarter. Small ones that
 * follow an untaken message are cut as they are taken.
 */
export class MessageReader {
  readonly #maxLength: number;
  readonly #kind: MessageKind;
  /**
   * Octets that are taken at the most before they come, as long as less has:
   * those that the first window lets in.
   */
  eagerLength: number = EAGER_LENGTH;
  /** Whose data come: short messages of it may lie beside each other. */
  connection: object | undefined;
  /** Is told of heartbeats, which are no messages then. */
  heartbeat: StreamHeartbeat | undefined;
  #prefixLength = 0;
  #flag = 0;
  #length = 0;
  #payload = NO_OCTETS;
  #filled = 0;
  readonly #whole = new Fifo<RawMessage | MessageRun>();
  #wholeLength = 0;
  #run: MessageRun | undefined;
  #messages = 0;
  #inRuns = 0;

  /**
   * Starts with no octets.
   *
   * @param maxLength Bounds a message, in octets.
   * @param kind Says whose limit that is.
   */
  constructor(maxLength: number, kind?: MessageKind) {
    this.#maxLength = maxLength;
    this.#kind = kind;
  }

  /** How many messages can be taken. */
  get messages(): number {
    return this.#messages;
  }

  /** Octets of a message that has not arrived whole. */
  get halfLength(): number {
    return this.#prefixLength + this.#filled;
  }

  /** Octets that are to come of a message that has not arrived whole. */
  get missing(): number {
    return this.#prefixLength === PREFIX_LENGTH
      ? this.#length - this.#filled
      : 0;
  }

  /** Octets of the messages that can be taken, without prefixes. */
  get wholeOctets(): number {
    return this.#wholeLength - PREFIX_LENGTH * this.#inRuns;
  }

  /** Octets that have come and were not taken. */
  get octets(): number {
    return this.#wholeLength + this.#filled;
  }

  /** Whether the data so far ends with the end of a message. */
  get isAtBoundary(): boolean {
    return this.#prefixLength === 0;
  }

  /**
   * Adds data, which is copied.
   *
   * @throws {GrpcError} RESOURCE_EXHAUSTED if a message is too long, INTERNAL
   * if its prefix is malformed.
   */
  push(data: Uint8Array): void {
    let at = 0;
    while (at < data.length) {
      if (this.#prefixLength === 0) at = this.#readWhole(data, at);
      at = this.#read(data, at);
    }
  }

  /** Takes the next message; `undefined` if it has not arrived whole. */
  take(): RawMessage | undefined {
    const { first } = this.#whole;
    if (isThoroughFor(1)) this.#assertCounts();
    if (first === undefined) return undefined;
    if (first instanceof MessageRun) {
      const compressed = first.isCompressed;
      return { compressed, payload: this.#takeOfRun(first) };
    }
    this.#messages--;
    this.#wholeLength -= first.payload.length;
    return this.#whole.shift() as RawMessage;
  }

  /** Takes the next message, if it has arrived whole and is not compressed. */
  takePlain(): Uint8Array | undefined {
    const { first } = this.#whole;
    if (!(first instanceof MessageRun)) {
      return first?.compressed === false ? this.take()?.payload : undefined;
    }
    return first.isCompressed ? undefined : this.#takeOfRun(first);
  }

  #takeOfRun(run: MessageRun): Uint8Array {
    const payload = run.shift();
    this.#messages--;
    this.#inRuns--;
    this.#wholeLength -= PREFIX_LENGTH + payload.length;
    if (run.messages === 0) {
      this.#whole.shift();
      if (run === this.#run) this.#run = undefined;
    }
    return payload;
  }

  /** What is counted is there. */
  #assertCounts(): void {
    const isEmpty = this.#whole.length === 0;
    assert(
      (this.#messages === 0) === isEmpty &&
        (this.#wholeLength === 0 || !isEmpty) &&
        this.#inRuns >= 0 && this.#inRuns <= this.#messages &&
        this.wholeOctets >= 0,
      "messages that can be taken are there",
      this.#messages,
    );
  }

  /** Forgets all data. */
  clear(): void {
    this.#startMessage();
    this.#whole.clear();
    this.#run = undefined;
    this.#messages = 0;
    this.#inRuns = 0;
    this.#wholeLength = 0;
  }

  /** Reads what has to be cut by nobody yet; answers where that ends. */
  #readWhole(data: Uint8Array, start: number): number {
    const { heartbeat } = this;
    const at = heartbeat === undefined
      ? start
      : skipHeartbeats(data, start, () => heartbeat.receivedHeartbeat());
    return this.#messages > 0 ? this.#keepSmall(data, at) : at;
  }

  /** Keeps small messages uncut; answers where they end. */
  #keepSmall(data: Uint8Array, start: number): number {
    const except = this.heartbeat === undefined ? undefined : BODY_LENGTH;
    for (let at = start;;) {
      const { end, messages } = smallMessages(
        data,
        at,
        this.#maxLength,
        this.#kind,
        except,
      );
      if (messages === 0) return at;
      this.#append(data.subarray(at, end), messages);
      at = end;
    }
  }

  #append(octets: Uint8Array, messages: number): void {
    if (this.#run === undefined || !this.#run.hasRoom(octets.length)) {
      this.#run = new MessageRun(octets.length, messages, this.#run);
      this.#whole.push(this.#run);
    }
    this.#run.push(octets, messages);
    this.#messages += messages;
    this.#inRuns += messages;
    this.#wholeLength += octets.length;
  }

  /** Reads on, up to the end of a message; answers where that is. */
  #read(data: Uint8Array, start: number): number {
    let at = start;
    while (at < data.length) {
      at = this.#prefixLength === PREFIX_LENGTH
        ? this.#readPayload(data, at)
        : this.#readPrefix(data, at);
      if (this.#isWhole) {
        this.#complete();
        break;
      }
    }
    return at;
  }

  get #isWhole(): boolean {
    return this.#prefixLength === PREFIX_LENGTH &&
      this.#filled === this.#length;
  }

  #complete(): void {
    const compressed = this.#flag === 1;
    const payload = this.#payload;
    this.#startMessage();
    const { heartbeat } = this;
    if (heartbeat !== undefined && !compressed) {
      if (isHeartbeat(payload)) return heartbeat.receivedHeartbeat();
      // What is as short as a heartbeat has not been held to the limit.
      checkPrefix(0, payload.length, this.#maxLength, this.#kind);
    }
    if (this.#messages > 0 && payload.length <= SMALL_LENGTH) {
      const [octets] = frameMessage(payload, compressed);
      return this.#append(octets, 1);
    }
    this.#whole.push({ compressed, payload });
    this.#wholeLength += payload.length;
    this.#run = undefined;
    this.#messages++;
  }

  #startMessage(): void {
    this.#payload = NO_OCTETS;
    this.#filled = 0;
    this.#length = 0;
    this.#prefixLength = 0;
  }

  #readPrefix(data: Uint8Array, start: number): number {
    let at = start;
    while (at < data.length && this.#prefixLength < PREFIX_LENGTH) {
      const octet = data[at++];
      if (this.#prefixLength++ === 0) this.#flag = octet;
      else this.#length = 256 * this.#length + octet;
    }
    const isHeartbeatLong = this.heartbeat !== undefined &&
      this.#length === BODY_LENGTH && this.#flag === 0;
    if (this.#prefixLength === PREFIX_LENGTH && !isHeartbeatLong) {
      checkPrefix(this.#flag, this.#length, this.#maxLength, this.#kind);
    }
    return at;
  }

  #readPayload(data: Uint8Array, at: number): number {
    const end = Math.min(at + this.#length - this.#filled, data.length);
    if (end - at === this.#length) {
      this.#payload = copyOf(data, at, end, this.connection);
    } else {
      this.#reserve(this.#filled + end - at);
      this.#payload.set(data.subarray(at, end), this.#filled);
    }
    this.#filled += end - at;
    assert(
      this.#filled <= this.#length,
      "a message has no more octets than its prefix says",
      this.#filled,
    );
    return end;
  }

  /**
   * Makes room: much more than before, at most for the message. What was held
   * before is free at once, without the garbage collector.
   */
  #reserve(length: number): void {
    const { length: before } = this.#payload;
    if (length <= before) return;
    const eager = Math.min(4 * length, this.eagerLength);
    const ample = Math.max(length, 2 * before, eager);
    const size = this.#length - ample <= SLACK ? this.#length : ample;
    this.#payload = before === 0
      ? new Uint8Array(size)
      : new Uint8Array(this.#payload.buffer.transfer(size));
  }
}
