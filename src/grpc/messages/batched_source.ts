import type { MessageSource } from "./message_source.ts";

/** Messages of a batch at the most: reading them is to leave turns to others. */
const MOST_MESSAGES = 512;

/**
 * Octets after which a batch ends: the memory quota counts but the last of its
 * messages, and does not look at less than this.
 */
const MOST_OCTETS = 16_384;

/** Makes a source of batches: of the messages that are at hand together. */
export function batched<Message>(
  source: MessageSource<Message>,
): MessageSource<Message[]> {
  /** What is wrong with the message behind the last batch. */
  let failure: { readonly error: unknown } | undefined;
  return {
    take: () => failure === undefined ? source.take() : undefined,
    next: () =>
      failure === undefined ? source.next() : Promise.reject(failure.error),
    read(payload) {
      const batch = [source.read(payload)];
      let octets = payload.length;
      while (batch.length < MOST_MESSAGES && octets < MOST_OCTETS) {
        const next = source.take();
        if (next === undefined) break;
        octets += next.length;
        try {
          batch.push(source.read(next));
        } catch (error) {
          failure = { error };
          break;
        }
      }
      return batch;
    },
    failed: (error, beneath) => source.failed?.(error, beneath) ?? true,
    interrupt: () => source.interrupt?.(),
    stopped: () => source.stopped?.(),
  };
}
