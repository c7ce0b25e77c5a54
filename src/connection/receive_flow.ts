import {
  ConnectionError,
  encodeWindowUpdate,
  ErrorCode,
} from "../frames/mod.ts";
import { DEFAULT_WINDOW_SIZE, ReceiveWindow } from "./flow_window.ts";
import type { Output } from "./output.ts";
import type { StreamTable } from "./stream_table.ts";

/** What the peer may send: the windows of this end (RFC 9113 section 5.2). */
export class ReceiveFlow {
  readonly #table: StreamTable;
  readonly #output: Output;
  readonly #receive = new ReceiveWindow(DEFAULT_WINDOW_SIZE);

  /** Starts with the windows of RFC 9113. */
  constructor(table: StreamTable, output: Output) {
    this.#table = table;
    this.#output = output;
  }

  /**
   * Whether the data of a stream is taken about as fast as it comes. Behind a
   * slow consumer at least half of the window is always unread.
   */
  keepsUp(id: number, now: number): boolean {
    const receive = this.#table.get(id)?.receive;
    return receive === undefined || receive.backlogAt(now) < receive.size / 4;
  }

  /**
   * Data was handed over: lets the peer send more of it on the stream.
   *
   * @throws {RangeError} If it is more than has arrived.
   */
  consumed(id: number, octets: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.state === "half-closed-remote") return;
    const { unread } = stream.receive;
    if (!Number.isInteger(octets) || octets < 0 || octets > unread) {
      throw new RangeError(
        `Cannot hand over data of stream ${id}: expected an integer from 0 to ${unread}, which have arrived, received ${octets}`,
      );
    }
    this.#update(id, stream.receive.consume(octets));
  }

  /** Offers larger windows; the owner announces those of the streams. */
  growReceiveWindows(size: number): void {
    const increment = size - this.#receive.size;
    this.#receive.grow(size);
    this.#table.growReceiveWindows(size);
    this.#update(0, increment);
  }

  /**
   * Data arrived, for whatever stream.
   *
   * @throws {ConnectionError} FLOW_CONTROL_ERROR if it is more than allowed.
   */
  receiveOnConnection(octets: number): void {
    if (!this.#receive.receive(octets)) {
      throw new ConnectionError(
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received ${octets} octets of DATA, more than the connection window`,
      );
    }
    this.#update(0, this.#receive.consume(octets));
  }

  #update(id: number, increment: number): void {
    if (increment === 0) return;
    encodeWindowUpdate(this.#output.writer, id, increment);
    this.#output.reply();
  }
}
