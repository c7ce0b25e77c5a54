import { Flag, FrameType } from "../frames/mod.ts";
import type { SendWindow } from "./flow_window.ts";
import type { Output } from "./output.ts";
import type { PeerSettings } from "./peer_settings.ts";
import type { Stream } from "./stream.ts";

/**
 * Octets of DATA in one batch of output. A control frame that comes after it
 * waits for no more than this.
 */
export const DATA_PER_BATCH = 16_384;

/**
 * Lets the streams with data take turns: each sends one frame, then the next
 * one does, so that a large message holds up no small one.
 */
export class SendScheduler {
  readonly #output: Output;
  readonly #peer: PeerSettings;
  readonly #window: SendWindow;
  #line: Stream[] = [];

  /** Starts with nobody in line; `window` is that of the connection. */
  constructor(output: Output, peer: PeerSettings, window: SendWindow) {
    this.#output = output;
    this.#peer = peer;
    this.#window = window;
  }

  /** Puts a stream in line, if it has data and its window is open. */
  enqueue(stream: Stream): void {
    if (stream.inLine || !this.#maySend(stream)) return;
    stream.inLine = true;
    this.#line.push(stream);
  }

  /** The stream is gone. */
  remove(stream: Stream): void {
    if (!stream.inLine) return;
    stream.inLine = false;
    this.#line = this.#line.filter((other) => other !== stream);
  }

  /**
   * Writes one batch of DATA frames.
   *
   * @param sent Is told of each stream that has sent its last data.
   */
  pump(sent: (stream: Stream) => void): void {
    let budget = DATA_PER_BATCH;
    const blocked: Stream[] = [];
    while (budget > 0 && this.#line.length > 0) {
      const stream = this.#line.shift()!;
      if (stream.queue.octets > 0 && this.#window.available <= 0) {
        blocked.push(stream);
        continue;
      }
      stream.inLine = false;
      if (!this.#maySend(stream)) continue;
      budget -= this.#sendFrame(stream, budget);
      if (stream.queue.octets === 0) sent(stream);
      else this.enqueue(stream);
    }
    if (blocked.length > 0) this.#line.unshift(...blocked);
  }

  #maySend(stream: Stream): boolean {
    if (stream.queue.isEmpty) return false;
    return stream.queue.octets === 0 || stream.send.available > 0;
  }

  /** Writes one DATA frame, unless only trailers are left. */
  #sendFrame(stream: Stream, budget: number): number {
    const { queue, send, id } = stream;
    const count = queue.octets === 0 ? 0 : Math.min(
      queue.octets,
      budget,
      this.#peer.maxFrameSize,
      this.#window.available,
      send.available,
    );
    const endStream = queue.endsWithData && count === queue.octets;
    if (count === 0 && !endStream) return 0;
    const { writer } = this.#output;
    const flags = endStream ? Flag.END_STREAM : 0;
    const at = writer.frame(count, FrameType.DATA, flags, id);
    queue.take(count, writer.buffer, at);
    this.#window.take(count);
    send.take(count);
    this.#output.message();
    return count;
  }
}
