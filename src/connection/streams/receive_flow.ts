import {
  ConnectionError,
  encodeWindowUpdate,
  ErrorCode,
} from "../../frames/mod.ts";
import type { ConnectionMemory } from "../../memory/mod.ts";
import { ConnectionWindow } from "./connection_window.ts";
import { DEFAULT_WINDOW_SIZE } from "../peer_settings.ts";
import type { Output } from "../output.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream_table.ts";

/**
 * What the peer may send: the windows of this end
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-5.2 | RFC 9113 section 5.2}).
 *
 * The windows of streams start small. They become as large as the path needs
 * when their data is consumed, not before: a stream that nobody reads never has
 * more than the first window.
 */
export class ReceiveFlow {
  readonly #table: StreamTable;
  readonly #output: Output;
  readonly #memory: ConnectionMemory;
  readonly #window: ConnectionWindow;
  #streamWindow = DEFAULT_WINDOW_SIZE;

  /** Starts with the windows of RFC 9113. */
  constructor(table: StreamTable, output: Output, memory: ConnectionMemory) {
    this.#table = table;
    this.#output = output;
    this.#memory = memory;
    this.#window = new ConnectionWindow(memory);
  }

  /** Octets that the peer may send on the connection now. */
  get availableOnConnection(): number {
    return this.#window.available;
  }

  /**
   * Whether the data of a stream is taken about as fast as it comes. Behind a
   * slow consumer at least half of the window is always unread.
   */
  keepsUp(id: number, now: number): boolean {
    const receive = this.#table.get(id)?.receive;
    return receive === undefined || receive.backlogAt(now) < receive.size / 4;
  }

  /** Octets that the peer may send on a stream now. */
  available(id: number): number {
    const stream = this.#table.get(id)?.receive.available ?? 0;
    return Math.min(stream, this.#window.available);
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
    const increment = stream.receive.consume(octets);
    if (!stream.receive.isRenewed) return;
    this.#update(id, increment + this.#resize(stream, increment));
  }

  /**
   * Offers larger windows: now to the connection and to streams whose data was
   * consumed as it came, to others when theirs is.
   */
  growReceiveWindows(size: number): void {
    this.#streamWindow = size;
    this.#update(0, this.#window.grow(size));
    for (const stream of this.#table.active()) {
      if (!keepsUp(stream)) continue;
      this.#update(stream.id, this.#grow(stream));
    }
  }

  /**
   * Data arrived, for whatever stream.
   *
   * @throws {ConnectionError} FLOW_CONTROL_ERROR if it is more than allowed.
   */
  receiveOnConnection(octets: number): void {
    if (!this.#window.receive(octets)) {
      throw new ConnectionError(
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received ${octets} octets of DATA, more than the connection window`,
      );
    }
    this.#update(0, this.#window.renew());
  }

  /**
   * The peer knows the first window of streams, and has changed by it those
   * that were open (RFC 9113 section 6.9.2).
   */
  resizeFirstWindows(): void {
    this.#table.resizeReceiveWindows(this.#memory.window);
  }

  /** What arrived was handed over: there may be room by now. */
  endTurn(): void {
    this.#memory.grown = this.#table.grown;
    this.#memory.endTurn();
    if (this.#memory.isShort) this.#update(0, this.#window.renew(true));
  }

  /** The change of a window that is renewed: it grows, or shrinks in need. */
  #resize(stream: Stream, increment: number): number {
    if (this.#memory.isUnderPressure) {
      const change = -Math.min(increment, this.#table.growthOf(stream));
      if (change < 0) this.#table.growStream(stream, change);
      return change;
    }
    return this.#grow(stream);
  }

  #grow(stream: Stream): number {
    this.#memory.grown = this.#table.grown;
    const wanted = this.#streamWindow - stream.receive.size;
    if (wanted <= 0) return 0;
    const change = Math.min(wanted, Math.floor(this.#memory.growth));
    if (change <= 0) return 0;
    this.#table.growStream(stream, change);
    return change;
  }

  #update(id: number, increment: number): void {
    if (increment === 0) return;
    encodeWindowUpdate(this.#output, id, increment);
    this.#output.reply();
  }
}

/** Whether the data of a stream is consumed, and nearly all of it was. */
function keepsUp({ receive, state }: Stream): boolean {
  return receive.isRenewed && state !== "half-closed-remote" &&
    receive.unread < receive.size / 4;
}
