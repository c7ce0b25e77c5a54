import { NO_OCTETS } from "../../collections/mod.ts";
import { PREFIX_LENGTH, type RawMessage } from "./framing.ts";
import { checkPrefix, type MessageKind } from "./prefix.ts";

/**
 * The longest message that is held uncut, in octets. Cut, a message costs some
 * 250 octets more than it has.
 */
export const SMALL_LENGTH = 512;

/** Octets of the largest array that is kept for the run that begins next. */
const SPARE_LENGTH = 65_536;

/**
 * An array that no run uses. It is handed over whole: whoever takes it is the
 * only one who has it, until it gives it back for good.
 */
let spare = NO_OCTETS;

/** Where small messages end, and how many there are. */
export interface Extent {
  /** The offset behind the last. */
  readonly end: number;
  /** How many there are. */
  readonly messages: number;
}

/**
 * How far small messages reach that data holds whole, from `start` on.
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
  let end = start;
  let messages = 0;
  while (end + PREFIX_LENGTH <= data.length) {
    const length = lengthAt(data, end);
    if (length === except && data[end] === 0) break;
    checkPrefix(data[end], length, maxLength, kind);
    const next = end + PREFIX_LENGTH + length;
    if (length > SMALL_LENGTH || next > data.length) break;
    end = next;
    messages++;
  }
  return { end, messages };
}

/**
 * Small messages in a row that nobody has taken, as they came: their octets
 * take at most twice as much as have come since the run began.
 */
export class MessageRun {
  #octets = NO_OCTETS;
  #start = 0;
  #end = 0;
  #messages = 0;

  /** How many messages there are. */
  get messages(): number {
    return this.#messages;
  }

  /** Adds copies of messages. */
  push(octets: Uint8Array, messages: number): void {
    this.#reserve(octets.length);
    this.#octets.set(octets, this.#end);
    this.#end += octets.length;
    this.#messages += messages;
  }

  /** Cuts off the first message; there is one. */
  shift(): RawMessage {
    const octets = this.#octets;
    const at = this.#start;
    const start = at + PREFIX_LENGTH;
    const end = start + lengthAt(octets, at);
    this.#start = end;
    this.#messages--;
    return { compressed: octets[at] === 1, payload: octets.slice(start, end) };
  }

  /** Gives up what it has; another run may use the array. */
  clear(): void {
    const { length } = this.#octets;
    if (length > spare.length && length <= SPARE_LENGTH) spare = this.#octets;
    this.#octets = NO_OCTETS;
    this.#start = this.#end = this.#messages = 0;
  }

  /** Makes room at the end; octets are moved seldom enough to be cheap. */
  #reserve(count: number): void {
    const { length } = this.#octets;
    if (this.#end + count <= length) return;
    if (length === 0) {
      this.#octets = takeSpare(count) ?? new Uint8Array(count);
      return;
    }
    const needed = this.#end - this.#start + count;
    const isMostlyTaken = 2 * this.#start >= length;
    if (this.#start > 0) this.#moveToStart();
    if (isMostlyTaken && needed <= length) return;
    const size = Math.max(needed, 2 * length);
    this.#octets = new Uint8Array(this.#octets.buffer.transfer(size));
  }

  #moveToStart(): void {
    this.#octets.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function takeSpare(needed: number): Uint8Array<ArrayBuffer> | undefined {
  if (spare.length < needed) return undefined;
  const taken = spare;
  spare = NO_OCTETS;
  return taken;
}

function lengthAt(octets: Uint8Array, at: number): number {
  return octets[at + 1] * 2 ** 24 +
    (octets[at + 2] << 16 | octets[at + 3] << 8 | octets[at + 4]);
}
