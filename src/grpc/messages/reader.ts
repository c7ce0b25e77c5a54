import { assert } from "../../invariants/mod.ts";
import { NO_OCTETS } from "../../collections/mod.ts";
import {
  BODY_LENGTH,
  isHeartbeat,
  skipHeartbeats,
  type StreamHeartbeat,
} from "../heartbeat/mod.ts";
import { copyOf } from "./copy_of.ts";
import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";
import { PREFIX_LENGTH, type RawMessage } from "./framing.ts";
import { checkPrefix, type MessageKind } from "./prefix.ts";
import { messageOctets } from "./message_octets.ts";
import { smallMessages } from "./run.ts";
import { WholeMessages } from "./whole_messages.ts";

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
  readonly #whole = new WholeMessages();

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
    return this.#whole.count;
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
    return this.#whole.payloadOctets;
  }

  /** Octets that have come and were not taken. */
  get octets(): number {
    return this.#whole.octets + this.#filled;
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
    return this.#whole.take();
  }

  /** Takes the next message, if it has arrived whole and is not compressed. */
  takePlain(): Uint8Array | undefined {
    return this.#whole.takePlain();
  }

  /** Forgets all data. */
  clear(): void {
    this.#startMessage();
    this.#whole.clear();
  }

  /** Reads what has to be cut by nobody yet; answers where that ends. */
  #readWhole(data: Uint8Array, start: number): number {
    const { heartbeat } = this;
    const at = heartbeat === undefined
      ? start
      : skipHeartbeats(data, start, heartbeat);
    return this.#whole.count > 0 ? this.#keepSmall(data, at) : at;
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
      this.#whole.append(data.subarray(at, end), messages);
      at = end;
    }
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
      if (isHeartbeat(payload)) {
        this.#whole.unreserve();
        return heartbeat.receivedHeartbeat();
      }
      // What is as short as a heartbeat has not been held to the limit.
      checkPrefix(0, payload.length, this.#maxLength, this.#kind);
    }
    this.#whole.push(payload, compressed);
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
    if (before === 0 && this.#filled > 0) throw transferred();
    const behind = before === 0 ? this.#whole.reserve(this.#length) : undefined;
    if (behind !== undefined) {
      this.#payload = behind;
      return;
    }
    const eager = Math.min(4 * length, this.eagerLength);
    const ample = Math.max(length, 2 * before, eager);
    const size = this.#length - ample <= SLACK ? this.#length : ample;
    this.#payload = before === 0
      ? messageOctets(size)
      : new Uint8Array(this.#payload.buffer.transfer(size));
  }
}

/** Who has transferred a message has taken what it shared an array with. */
function transferred(): GrpcError {
  return new GrpcError(
    Status.INTERNAL,
    "Cannot read on: a message was received into an array that was transferred with the one before it, copy a message before it is transferred",
  );
}
