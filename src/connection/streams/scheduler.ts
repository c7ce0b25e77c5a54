import { assert, isThoroughFor } from "../../invariants/mod.ts";
import { DEFAULT_MAX_FRAME_SIZE, Flag, FrameType } from "../../frames/mod.ts";
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
 * With less data than a usual frame has, a stream may have more: whoever sends
 * without a pause fills all of its frames then, and not the first few of what
 * may wait at a time.
 */
const LOW_WATER = DEFAULT_MAX_FRAME_SIZE;

/**
 * Octets that go along with the frame before if they are the last of a stream:
 * a message of 16 KiB has a few more than a frame, and would wait for them until
 * all others had their turn.
 */
const TAIL = 64;

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
   * Writes one batch of DATA frames. What is left of a batch when a frame does
   * not fit stays free if it is little: a part of it would be a frame, too.
   *
   * @param sent Is told of each stream of which little or nothing is left.
   * @param octets Data of the batch at the most, but for a {@linkcode TAIL}.
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
      stream = this.#data.first;
      if (stream === undefined) return;
      if (isThoroughFor(1)) assertInLine(stream, true);
      const length = Math.min(this.#frameLength(stream), octets);
      if (length > budget && budget < octets / 4) return;
      this.#data.leave(stream);
      if (!this.#maySend(stream)) continue;
      budget -= this.#sendInTurn(stream, Math.min(length, budget), sent);
    }
  }

  #maySend(stream: Stream): boolean {
    if (stream.queue.isEmpty) return false;
    return stream.queue.octets === 0 || stream.send.available > 0;
  }

  /** Octets of the next DATA frame of a stream that has data. */
  #frameLength({ queue, send }: Stream): number {
    return Math.min(
      queue.octets,
      this.#peer.maxFrameSize,
      this.#window.available,
      send.available,
    );
  }

  /** Sends a frame, and gets in line again; answers how much was sent. */
  #sendInTurn(
    stream: Stream,
    length: number,
    sent: (stream: Stream) => void,
  ): number {
    this.#sendFrame(stream, length);
    const count = length + this.#sendTail(stream);
    const { octets } = stream.queue;
    if (octets > 0) this.enqueue(stream);
    const hadMuch = octets + count >= LOW_WATER;
    if (octets === 0 || octets < LOW_WATER && hadMuch) sent(stream);
    return count;
  }

  /** Sends the rest of a stream that ends, if it is short and may be sent. */
  #sendTail(stream: Stream): number {
    const { octets, endsWithData, trailers } = stream.queue;
    const isEnding = endsWithData || trailers !== undefined;
    if (!isEnding || octets === 0 || octets > TAIL) return 0;
    if (this.#frameLength(stream) < octets) return 0;
    this.#sendFrame(stream, octets);
    return octets;
  }

  /** Writes a DATA frame, unless only trailers are left. */
  #sendFrame({ queue, send, id }: Stream, count: number): void {
    const endStream = queue.endsWithData && count === queue.octets;
    if (count === 0 && !endStream) return;
    const flags = endStream ? Flag.END_STREAM : 0;
    this.#writeData(id, flags, count, queue);
    this.#window.take(count);
    send.take(count);
    this.#output.message();
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
    const writer = this.#output;
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
