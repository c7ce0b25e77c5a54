/**
 * Whoever has data of a stream at hand until output is taken: many short pieces
 * are one then, and cost the connection what one does.
 */
export interface DataSource {
  /** Octets that are at hand. */
  readonly offeredOctets: number;
  /** Takes them; they are borrowed until they have been sent. */
  takeOffered(): Uint8Array;
}

/** A stream for which data is at hand. */
export interface OfferingStream {
  /** Whether it still is: others may have put it in line before. */
  readonly isOffering: boolean;
  /** Puts the data in line. */
  flush(): void;
}

/** Streams in a list that is not looked through for those that have ended. */
const FEW = 64;

/** The streams of a connection whose data is at hand for its next output. */
export class Offers {
  #streams: OfferingStream[] = [];
  #sweepAt = FEW;

  /**
   * Data of a stream is at hand. While no output is taken, streams come and go:
   * those that have gone are forgotten whenever there are twice as many.
   */
  add(stream: OfferingStream): void {
    if (this.#streams.length >= this.#sweepAt) this.#sweep();
    this.#streams.push(stream);
  }

  /** Output is about to be taken. */
  flush(): void {
    if (this.#streams.length === 0) return;
    const streams = this.#streams;
    this.#streams = [];
    for (const stream of streams) stream.flush();
  }

  #sweep(): void {
    this.#streams = this.#streams.filter(({ isOffering }) => isOffering);
    this.#sweepAt = Math.max(FEW, 2 * this.#streams.length);
  }
}
