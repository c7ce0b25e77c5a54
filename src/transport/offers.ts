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
  /** Puts the data in line. */
  flush(): void;
}

/** The streams of a connection whose data is at hand for its next output. */
export class Offers {
  #streams: OfferingStream[] = [];

  /** Data of a stream is at hand. */
  add(stream: OfferingStream): void {
    this.#streams.push(stream);
  }

  /** Output is about to be taken. */
  flush(): void {
    if (this.#streams.length === 0) return;
    const streams = this.#streams;
    this.#streams = [];
    for (const stream of streams) stream.flush();
  }
}
