/** Pages that may listen at once. */
export const MOST_LISTENERS = 8;

/** Messages that may wait for a page: one that is further behind is dropped. */
const MOST_WAITING = 8;

const encoder = new TextEncoder();

/** Those who listen to server-sent events. */
export class Listeners {
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  /** How many there are. */
  get count(): number {
    return this.#streams.size;
  }

  /** One more; `undefined` if there are too many. */
  add(first: string): ReadableStream<Uint8Array> | undefined {
    if (this.count >= MOST_LISTENERS) return undefined;
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#streams.add(controller);
        controller.enqueue(encoder.encode(first));
      },
      cancel: () => void this.#streams.delete(own),
    }, { highWaterMark: MOST_WAITING });
  }

  /** Tells all of them; who has not read what was told before is dropped. */
  tell(message: string): void {
    const octets = encoder.encode(message);
    for (const stream of this.#streams) {
      if ((stream.desiredSize ?? 0) > 0) stream.enqueue(octets);
      else this.#drop(stream);
    }
  }

  #drop(stream: ReadableStreamDefaultController<Uint8Array>): void {
    this.#streams.delete(stream);
    stream.error(new Error("The page reads too slowly"));
  }
}

/** A server-sent event; JSON has no line break that would end it. */
export function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
