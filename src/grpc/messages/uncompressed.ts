const marked = new WeakSet<object>();

/**
 * Marks a message to be sent without compression on a call that compresses
 * its messages: one that is compressed already, or one with a secret next to
 * what others choose. Without compression the mark means nothing.
 *
 * It serves for requests and for responses, alone or in a stream. The mark
 * stays with the object, and does not pass on to copies of it.
 *
 * @param message The message, which is returned.
 * @throws {TypeError} If the message is no object: other values cannot be told
 * apart.
 *
 * @example A picture among texts
 * ```ts
 * import { Channel, implement, serve, uncompressed } from "@keepalive/grpc";
 *
 * const raw = (octets: Uint8Array) => octets;
 * const Store = {
 *   put: {
 *     path: "/example.Store/Put",
 *     requestStream: true,
 *     responseStream: false,
 *     requestSerialize: raw,
 *     requestDeserialize: raw,
 *     responseSerialize: raw,
 *     responseDeserialize: raw,
 *   },
 * } as const;
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
 *   implement(Store, {
 *     async put(items, call) {
 *       const compressed: number[] = [];
 *       for await (const _item of items) {
 *         compressed.push(call.requestCompressed ? 1 : 0);
 *       }
 *       return Uint8Array.from(compressed);
 *     },
 *   }),
 * ]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`);
 * const [text, picture] = [new Uint8Array(1_000), new Uint8Array(1_000)];
 * const items = [text, uncompressed(picture)];
 * console.log(
 *   await channel.clientStreaming(Store.put, items, { compression: "gzip" }),
 * ); // Uint8Array(2) [ 1, 0 ]
 * ```
 */
export function uncompressed<Message extends object>(
  message: Message,
): Message {
  if (typeof message !== "object" || message === null) {
    const received = message === null ? "null" : typeof message;
    throw new TypeError(
      `Cannot mark a message as uncompressed: expected an object, received ${received}`,
    );
  }
  marked.add(message);
  return message;
}

/** Whether a message has the mark. */
export function isUncompressed(message: unknown): boolean {
  return marked.has(message as object);
}
