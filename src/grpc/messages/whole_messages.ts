import { assert, isThoroughFor } from "../../invariants/mod.ts";
import { Fifo } from "../../collections/mod.ts";
import { framedCopy, PREFIX_LENGTH, type RawMessage } from "./framing.ts";
import { MessageRun, SMALL_LENGTH } from "./run.ts";

/**
 * Messages that have arrived whole and wait to be taken. Small ones that follow
 * another stay uncut, in runs, until they are taken.
 */
export class WholeMessages {
  #first: RawMessage | MessageRun | undefined;
  /** Made with the first message, or run, that waits behind another. */
  #behind: Fifo<RawMessage | MessageRun> | undefined;
  /** The run that grows. */
  #run: MessageRun | undefined;
  /** That of the room that was given last. */
  #reservedIn: MessageRun | undefined;
  #count = 0;
  #inRuns = 0;
  #octets = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Octets that are held for them; those of runs with their prefixes. */
  get octets(): number {
    return this.#octets;
  }

  /** Octets of the messages, without prefixes. */
  get payloadOctets(): number {
    return this.#octets - PREFIX_LENGTH * this.#inRuns;
  }

  /** Adds messages in a row, with their prefixes, behind others; they are copied. */
  append(octets: Uint8Array, count: number): void {
    if (this.#run === undefined || !this.#run.hasRoom(octets.length)) {
      this.#run = new MessageRun(octets.length, count, this.#run);
      this.#add(this.#run);
    }
    this.#run.push(octets, count);
    this.#appended(octets.length, count);
  }

  /** Room for a small message that comes in pieces, behind others if there are. */
  reserve(length: number): Uint8Array<ArrayBuffer> | undefined {
    const run = this.#run;
    if (length > SMALL_LENGTH || !run?.hasRoom(PREFIX_LENGTH + length)) return;
    this.#reservedIn = run;
    return run.reserve(length);
  }

  /** Adds a message; one that room was reserved for lies in that. */
  push(payload: Uint8Array, compressed: boolean): void {
    const { length } = payload;
    const reservedIn = this.#reservedIn;
    this.#reservedIn = undefined;
    if (reservedIn !== undefined && reservedIn === this.#run) {
      reservedIn.commit(length, compressed);
      return this.#appended(PREFIX_LENGTH + length, 1);
    }
    if (this.#count > 0 && length <= SMALL_LENGTH) {
      return this.append(framedCopy(payload, compressed), 1);
    }
    this.#add({ compressed, payload });
    this.#octets += length;
    this.#run = undefined;
    this.#count++;
  }

  /** The message that room was reserved for does not come. */
  unreserve(): void {
    this.#reservedIn = undefined;
  }

  /** Takes the first message. */
  take(): RawMessage | undefined {
    const first = this.#first;
    if (isThoroughFor(1)) this.#assertCounts();
    if (first === undefined) return undefined;
    if (first instanceof MessageRun) {
      const compressed = first.isCompressed;
      return { compressed, payload: this.#takeOfRun(first) };
    }
    this.#count--;
    this.#octets -= first.payload.length;
    this.#first = this.#behind?.shift();
    return first;
  }

  /** Takes the first message, if it is not compressed. */
  takePlain(): Uint8Array | undefined {
    const first = this.#first;
    if (!(first instanceof MessageRun)) {
      return first?.compressed === false ? this.take()?.payload : undefined;
    }
    return first.isCompressed ? undefined : this.#takeOfRun(first);
  }

  /** Forgets all. */
  clear(): void {
    this.#first = this.#behind = undefined;
    this.#run = undefined;
    this.#reservedIn = undefined;
    this.#count = 0;
    this.#inRuns = 0;
    this.#octets = 0;
  }

  #takeOfRun(run: MessageRun): Uint8Array {
    const payload = run.shift();
    this.#count--;
    this.#inRuns--;
    this.#octets -= PREFIX_LENGTH + payload.length;
    if (run.messages === 0) {
      this.#first = this.#behind?.shift();
      if (run === this.#run) this.#run = undefined;
    }
    return payload;
  }

  #add(item: RawMessage | MessageRun): void {
    if (this.#first === undefined) this.#first = item;
    else (this.#behind ??= new Fifo()).push(item);
  }

  #appended(octets: number, count: number): void {
    this.#count += count;
    this.#inRuns += count;
    this.#octets += octets;
  }

  /** What is counted is there. */
  #assertCounts(): void {
    const isEmpty = this.#first === undefined;
    assert(
      (this.#count === 0) === isEmpty && (this.#octets === 0 || !isEmpty) &&
        this.#inRuns >= 0 && this.#inRuns <= this.#count &&
        this.payloadOctets >= 0,
      "messages that can be taken are there",
      this.#count,
    );
  }
}
