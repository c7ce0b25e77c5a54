import { assert, isThoroughFor } from "../../invariants/mod.ts";
import { Flag, FrameType } from "../../frames/mod.ts";
import type { SendWindow } from "./flow_window.ts";
import { Line } from "../../collections/mod.ts";
import type { Output } from "../output.ts";
import type { PeerSettings } from "../peer_settings.ts";
import type { Stream } from "./stream.ts";

/**
 * Octets of DATA in one batch of output, unless whoever writes it asks for
 * another: a control frame that comes after it waits for no more than this.
 */
export const DATA_PER_BATCH = 16_384;

/**
 * Lets the streams with data take turns: each sends one frame, then the next
 * one does, so that a large message holds up no small one.
 *
 * While the window of the connection is closed, nobody looks at those with
 * data, however many they are: only ends without data go out.
 */
export class Scheduler {
  readonly #output: Output;
  readonly #peer: PeerSettings;
  readonly #window: SendWindow;
  readonly #data = new Line<Stream>();
  readonly #ends = new Line<Stream>();

  /** Starts with nobody in line; `window` is that of the connection. */
  constructor(output: Output, peer: PeerSettings, window: SendWindow) {
    this.#output = output;
    this.#peer = peer;
    this.#window = window;
  }

  /** Puts a stream in line, if it has data and its window is open. */
  enqueue(stream: Stream): void {
    if (!this.#maySend(stream)) return;
    const line = stream.queue.octets === 0 ? this.#ends : this.#data;
    line.join(stream);
  }

  /** The stream is gone. */
  remove(stream: Stream): void {
    this.#data.leave(stream);
    this.#ends.leave(stream);
  }

  /**
   * Writes one batch of DATA frames.
   *
   * @param sent Is told of each stream that has sent its last data.
   * @param octets Data of the batch at the most.
   */
  pump(
    sent: (stream: Stream) => void,
    octets: number = DATA_PER_BATCH,
  ): void {
    let stream: Stream | undefined;
    while ((stream = this.#ends.shift()) !== undefined) {
      if (isThoroughFor(1)) assertInLine(stream, false);
      this.#sendFrame(stream, 0);
      sent(stream);
    }
    let budget = octets;
    while (budget > 0 && this.#window.available > 0) {
      stream = this.#data.shift();
      if (stream === undefined) return;
      if (isThoroughFor(1)) assertInLine(stream, true);
      if (!this.#maySend(stream)) continue;
      budget -= this.#sendFrame(stream, budget);
      if (stream.queue.octets === 0) sent(stream);
      else this.enqueue(stream);
    }
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
    const flags = endStream ? Flag.END_STREAM : 0;
    this.#writeData(id, flags, count, queue);
    this.#window.take(count);
    send.take(count);
    this.#output.message();
    return count;
  }

  /**
   * Octets that were lent may be gone, transferred by who lent them. A frame
   * that they do not fill is taken back: in its place lies what others sent.
   */
  #writeData(
    id: number,
    flags: number,
    count: number,
    queue: Stream["queue"],
  ): void {
    const { writer } = this.#output;
    const { length } = writer;
    const at = writer.frame(count, FrameType.DATA, flags, id);
    try {
      queue.take(count, writer.buffer, at);
    } catch (error) {
      writer.truncate(length);
      throw error;
    }
  }
}

function assertInLine({ queue, id }: Stream, hasData: boolean): void {
  assert(
    queue.octets > 0 === hasData,
    `a stream in the line of ${hasData ? "data has some" : "ends has no data"}`,
    id,
  );
}
