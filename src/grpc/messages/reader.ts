import { assert } from "../../invariants/mod.ts";
import { NO_OCTETS } from "../../collections/mod.ts";
import {
  BODY_LENGTH,
  isHeartbeat,
  skipHeartbeats,
  type StreamHeartbeat,
} from "../heartbeat/mod.ts";
import { copyOf } from "./copy_of.ts";
import { HalfMessage } from "./half_message.ts";
import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";
import { lengthAt, PREFIX_LENGTH, type RawMessage } from "./framing.ts";
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

/** Where the data of a stream come from. */
export interface MessageOrigin {
  /**
   * Octets that are taken at the most before they come, as long as less has:
   * those that the first window lets in.
   */
  readonly window: number;
  /** Whose data come: short messages of it may lie beside each other. */
  readonly connection: object | undefined;
}

const NOWHERE: MessageOrigin = { window: EAGER_LENGTH, connection: undefined };

/**
 * Cuts the data of a stream into messages. For one that has not arrived whole,
 * at most twice of what has arrived is held, and four times within the first
 * window: a message of 64 KiB comes in frames of a quarter. Small ones that
 * follow an untaken message are cut as they are taken.
 */
export class MessageReader {
  readonly #maxLength: number;
  readonly #kind: MessageKind;
  /** Where the data come from. */
  origin: MessageOrigin = NOWHERE;
  /** Is told of heartbeats, which are no messages then. */
  heartbeat: StreamHeartbeat | undefined;
  #half: HalfMessage | undefined;
  /** The only message that can be taken, if none came behind another before. */
  #alone: RawMessage | undefined;
  /** Made with the first message that comes behind another. */
  #whole: WholeMessages | undefined;

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
    if (this.#whole !== undefined) return this.#whole.count;
    return this.#alone === undefined ? 0 : 1;
  }

  /** Octets of a message that has not arrived whole. */
  get halfLength(): number {
    const half = this.#half;
    return half === undefined ? 0 : half.prefixLength + half.filled;
  }

  /** Octets that are to come of a message that has not arrived whole. */
  get missing(): number {
    const half = this.#half;
    return half?.prefixLength === PREFIX_LENGTH ? half.length - half.filled : 0;
  }

  /** Octets of the messages that can be taken, without prefixes. */
  get wholeOctets(): number {
    if (this.#whole !== undefined) return this.#whole.payloadOctets;
    return this.#alone?.payload.length ?? 0;
  }

  /** Octets that have come and were not taken. */
  get octets(): number {
    const whole = this.#whole?.octets ?? this.#alone?.payload.length ?? 0;
    return whole + (this.#half?.filled ?? 0);
  }

  /** Whether the data so far ends with the end of a message. */
  get isAtBoundary(): boolean {
    return this.#half === undefined;
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
      if (this.#half === undefined) at = this.#readWhole(data, at);
      at = this.#read(data, at);
    }
  }

  /** Takes the next message; `undefined` if it has not arrived whole. */
  take(): RawMessage | undefined {
    if (this.#whole !== undefined) return this.#whole.take();
    const alone = this.#alone;
    this.#alone = undefined;
    return alone;
  }

  /** Takes the next message, if it has arrived whole and is not compressed. */
  takePlain(): Uint8Array | undefined {
    if (this.#whole !== undefined) return this.#whole.takePlain();
    return this.#alone?.compressed === false ? this.take()?.payload : undefined;
  }

  /** Forgets all data. */
  clear(): void {
    this.#half = this.#alone = undefined;
    this.#whole?.clear();
  }

  /** Those that can be taken: what comes now is behind another. */
  get #line(): WholeMessages {
    if (this.#whole !== undefined) return this.#whole;
    const line = this.#whole = new WholeMessages();
    const alone = this.#alone;
    this.#alone = undefined;
    if (alone !== undefined) line.push(alone.payload, alone.compressed);
    return line;
  }

  /** Reads what has to be cut by nobody yet; answers where that ends. */
  #readWhole(data: Uint8Array, start: number): number {
    const { heartbeat } = this;
    const at = heartbeat === undefined
      ? start
      : skipHeartbeats(data, start, heartbeat);
    return this.messages > 0 ? this.#keepSmall(data, at) : at;
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
      this.#line.append(data.subarray(at, end), messages);
      at = end;
    }
  }

  /** Reads on, up to the end of a message; answers where that is. */
  #read(data: Uint8Array, start: number): number {
    const uncut = this.#half === undefined ? this.#readUncut(data, start) : 0;
    if (uncut > 0) return uncut;
    let at = start;
    while (at < data.length) {
      const half = this.#half ??= new HalfMessage();
      at = half.prefixLength === PREFIX_LENGTH
        ? this.#readPayload(half, data, at)
        : this.#readPrefix(half, data, at);
      if (half.isWhole) {
        this.#half = undefined;
        this.#complete(half.payload, half.flag === 1);
        break;
      }
    }
    return at;
  }

  /** Reads a message that data has whole; answers where it ends, or 0. */
  #readUncut(data: Uint8Array, start: number): number {
    const at = start + PREFIX_LENGTH;
    if (at > data.length) return 0;
    const length = lengthAt(data, start);
    this.#check(data[start], length);
    const end = at + length;
    if (end > data.length) return 0;
    const payload = length === 0
      ? NO_OCTETS
      : copyOf(data, at, end, this.origin.connection);
    this.#complete(payload, data[start] === 1);
    return end;
  }

  /** What is as short as a heartbeat may be one, and is not held to the limit. */
  #check(flag: number, length: number): void {
    const isHeartbeatLong = this.heartbeat !== undefined &&
      length === BODY_LENGTH && flag === 0;
    if (!isHeartbeatLong) {
      checkPrefix(flag, length, this.#maxLength, this.#kind);
    }
  }

  #complete(payload: Uint8Array<ArrayBuffer>, compressed: boolean): void {
    const { heartbeat } = this;
    if (heartbeat !== undefined && !compressed) {
      if (isHeartbeat(payload)) {
        this.#whole?.unreserve();
        return heartbeat.receivedHeartbeat();
      }
      // What is as short as a heartbeat has not been held to the limit.
      checkPrefix(0, payload.length, this.#maxLength, this.#kind);
    }
    const isFirst = this.#whole === undefined && this.#alone === undefined;
    if (isFirst) this.#alone = { compressed, payload };
    else this.#line.push(payload, compressed);
  }

  #readPrefix(half: HalfMessage, data: Uint8Array, start: number): number {
    let at = start;
    while (at < data.length && half.prefixLength < PREFIX_LENGTH) {
      const octet = data[at++];
      if (half.prefixLength++ === 0) half.flag = octet;
      else half.length = 256 * half.length + octet;
    }
    if (half.prefixLength === PREFIX_LENGTH) {
      this.#check(half.flag, half.length);
    }
    return at;
  }

  #readPayload(half: HalfMessage, data: Uint8Array, at: number): number {
    const end = Math.min(at + half.length - half.filled, data.length);
    if (end - at === half.length) {
      half.payload = copyOf(data, at, end, this.origin.connection);
    } else {
      this.#reserve(half, half.filled + end - at);
      half.payload.set(data.subarray(at, end), half.filled);
    }
    half.filled += end - at;
    assert(
      half.filled <= half.length,
      "a message has no more octets than its prefix says",
      half.filled,
    );
    return end;
  }

  /**
   * Makes room: much more than before, at most for the message. What was held
   * before is free at once, without the garbage collector.
   */
  #reserve(half: HalfMessage, length: number): void {
    const { length: before } = half.payload;
    if (length <= before) return;
    if (before === 0 && half.filled > 0) throw transferred();
    const behind = before === 0 ? this.#whole?.reserve(half.length) : undefined;
    if (behind !== undefined) {
      half.payload = behind;
      return;
    }
    const eager = Math.min(4 * length, this.origin.window);
    const ample = Math.max(length, 2 * before, eager);
    const size = half.length - ample <= SLACK ? half.length : ample;
    half.payload = before === 0
      ? messageOctets(size)
      : new Uint8Array(half.payload.buffer.transfer(size));
  }
}

/** Who has transferred a message has taken what it shared an array with. */
function transferred(): GrpcError {
  return new GrpcError(
    Status.INTERNAL,
    "Cannot read on: a message was received into an array that was transferred with the one before it, copy a message before it is transferred",
  );
}
