import { lengthAt, PREFIX_LENGTH, writePrefix } from "./framing.ts";
import { messageOctets } from "./message_octets.ts";
import { checkPrefix, type MessageKind } from "./prefix.ts";

/**
 * The longest message that is held uncut, in octets. Cut, a message costs some
 * 250 octets more than it has, and half a microsecond.
 */
export const SMALL_LENGTH = 2_048;

/**
 * Octets of a run at the most, of messages that are shorter than
 * {@linkcode TINY_LENGTH}. Its messages are handed out as views of it: who keeps
 * one of them keeps that much.
 */
const RUN_LENGTH = 8_192;

/** The same for longer ones: no more than some sixty-four of them. */
const LONG_RUN_LENGTH = 32_768;

/** Octets of the messages of a short run, in the mean, with their prefixes. */
const TINY_LENGTH = 512;

/** Octets that are looked through at a time: those of a usual frame. */
const EXTENT_LENGTH = 16_384;

/** Octets of the longest small message, with its prefix. */
const PIECE_LENGTH = PREFIX_LENGTH + SMALL_LENGTH;

/** Octets of the first run that waits, at least; each that follows has twice as many. */
const FIRST_LENGTH = 64;

/** Where small messages end, and how many there are. */
export interface Extent {
  /** The offset behind the last. */
  readonly end: number;
  /** How many there are. */
  readonly messages: number;
}

/**
 * How far small messages reach that data holds whole, from `start` on, as many
 * as fit in a run of their length.
 *
 * @param except The length of plain messages that have to be looked at, if any.
 * @throws {GrpcError} RESOURCE_EXHAUSTED if a message is too long, INTERNAL if
 * its prefix is malformed.
 */
export function smallMessages(
  data: Uint8Array,
  start: number,
  maxLength: number,
  kind?: MessageKind,
  except?: number,
): Extent {
  const last = Math.min(data.length, start + EXTENT_LENGTH);
  let end = start;
  let messages = 0;
  while (end + PREFIX_LENGTH <= last) {
    const length = lengthAt(data, end);
    if (length === except && data[end] === 0) break;
    checkPrefix(data[end], length, maxLength, kind);
    const next = end + PREFIX_LENGTH + length;
    if (length > SMALL_LENGTH || next > last) break;
    if (next - start > longest(next - start, messages + 1)) break;
    end = next;
    messages++;
  }
  return { end, messages };
}

/** Octets of the run that so many messages of so many octets belong in. */
function longest(octets: number, messages: number): number {
  return octets < TINY_LENGTH * messages ? RUN_LENGTH : LONG_RUN_LENGTH;
}

/**
 * Small messages in a row that nobody has taken, as they came. What was added
 * is never moved or overwritten: messages that were taken are views of it.
 */
export class MessageRun {
  readonly #octets: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;
  #messages = 0;

  /**
   * Makes room for the octets of messages at least, and for one that comes in
   * pieces behind them, or for twice as many as the run before: in all, there is
   * at most twice as much room as has come.
   */
  constructor(length: number, messages: number, before?: MessageRun) {
    const ample = before === undefined
      ? Math.max(FIRST_LENGTH, length + Math.min(length, PIECE_LENGTH))
      : 2 * before.#octets.length;
    const most = longest(length, messages);
    this.#octets = messageOctets(Math.max(length, Math.min(ample, most)));
  }

  /** How many messages there are. */
  get messages(): number {
    return this.#messages;
  }

  /** Whether there is room for so many octets. */
  hasRoom(length: number): boolean {
    return this.#end + length <= this.#octets.length;
  }

  /** Adds copies of messages, for which there is room. */
  push(octets: Uint8Array, messages: number): void {
    this.#octets.set(octets, this.#end);
    this.#end += octets.length;
    this.#messages += messages;
  }

  /** Where the octets of a message go that comes in pieces; there is room. */
  reserve(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#end + PREFIX_LENGTH;
    return this.#octets.subarray(at, at + length);
  }

  /** The message that room was reserved for last is there. */
  commit(length: number, compressed: boolean): void {
    writePrefix(this.#octets, this.#end, length, compressed);
    this.#end += PREFIX_LENGTH + length;
    this.#messages++;
  }

  /** Whether the first message is compressed; there is one. */
  get isCompressed(): boolean {
    return this.#octets[this.#start] === 1;
  }

  /** Takes the first message, a view; there is one. */
  shift(): Uint8Array<ArrayBuffer> {
    const octets = this.#octets;
    const at = this.#start;
    const length = lengthAt(octets, at);
    this.#start = at + PREFIX_LENGTH + length;
    this.#messages--;
    return new Uint8Array(octets.buffer, at + PREFIX_LENGTH, length);
  }
}
