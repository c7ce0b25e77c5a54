/**
 * Messages as they arrive: the requests of a handler, the responses of a call.
 *
 * An iterator like that of an async generator, as in `nice-grpc` and Connect;
 * in grpc-go `Recv`, in grpc-js the event `data`. Whoever stops reading ends
 * the call. What is not read holds up the sender, by flow control.
 *
 * @example One by one, and by the batch
 * ```ts
 * import type { MessageStream } from "@keepalive/grpc";
 *
 * async function sum(numbers: MessageStream<number>): Promise<number> {
 *   let sum = 0;
 *   for await (const number of numbers) sum += number;
 *   return sum;
 * }
 *
 * async function fastSum(numbers: MessageStream<number>): Promise<number> {
 *   let sum = 0;
 *   for await (const batch of numbers.batches()) {
 *     for (const number of batch) sum += number;
 *   }
 *   return sum;
 * }
 * ```
 */
export interface MessageStream<Message> extends AsyncGenerator<Message> {
  /**
   * The same messages in arrays: those that are at hand when it is asked, in
   * their order, one at the least and 512 at the most; with 16 384 octets a batch
   * is full. None is waited for so that a batch gets larger. It saves a promise
   * and a turn of a loop for each message, which counts where they are small and
   * many.
   *
   * A message that cannot be decoded is an error behind those before it, and the
   * call ends as it does for who reads one by one. From now on, messages are to
   * be read by the batch only: `next` of the stream rejects with a TypeError.
   * Asked for again, it answers with the same iterator.
   *
   * Where an interceptor of the client has put other responses in the place of
   * those that come, each is a batch.
   *
   * @throws {TypeError} If a message is being waited for.
   */
  batches(): AsyncGenerator<Message[]>;
}
