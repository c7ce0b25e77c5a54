import { encodeRstStream, ErrorCode, MAX_UINT31 } from "../../frames/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import type { FloodBudget } from "../flood_budget.ts";
import { SendWindow } from "./flow_window.ts";
import type { HeaderCodec } from "../headers/mod.ts";
import { DEFAULT_WINDOW_SIZE, LEAST_RESPONSE_SIZE } from "../peer_settings.ts";
import { Scheduler } from "./scheduler.ts";
import type { Stream } from "./stream.ts";
import type { StreamContext } from "./stream_context.ts";
import { endedEvent } from "./stream_events.ts";
import type { StreamTable } from "./stream_table.ts";

/**
 * What this end sends on streams: header lists, data, and their ends
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-8.1 | RFC 9113 section 8.1}).
 */
export class Sender {
  readonly #context: StreamContext;
  readonly #table: StreamTable;
  readonly #codec: HeaderCodec;
  readonly #faults: FloodBudget;
  readonly #window = new SendWindow(DEFAULT_WINDOW_SIZE);
  readonly #scheduler: Scheduler;

  /**
   * Sends on the streams of a table.
   *
   * @param faults What the faults of the peer are charged to.
   */
  constructor(
    context: StreamContext,
    table: StreamTable,
    codec: HeaderCodec,
    faults: FloodBudget,
  ) {
    const { settings, output } = context;
    this.#context = context;
    this.#table = table;
    this.#codec = codec;
    this.#faults = faults;
    this.#scheduler = new Scheduler(output, settings.peer, this.#window);
  }

  /** Octets of DATA that the peer lets this end send at the moment. */
  get available(): number {
    return this.#window.available;
  }

  /** Opens a stream with a request. Whether one may open is for the owner. */
  open(headers: readonly EncodableHeaderField[], endStream: boolean): number {
    if (this.#table.exhausted) {
      throw new RangeError(
        `Cannot open a stream: all identifiers up to ${MAX_UINT31} are used, open a new connection`,
      );
    }
    this.#codec.requireAcceptable(headers);
    this.#codec.write(this.#table.nextLocalId, headers, endStream);
    const { counters, events } = this.#context;
    counters.streamsStarted++;
    counters.lastLocalStreamCreatedAt = events.now;
    return this.#table.openLocal(endStream, isHeadRequest(headers)).id;
  }

  /** Sends response headers, or trailers once all data is sent. */
  sendHeaders(
    id: number,
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
  ): void {
    const stream = this.#sendable(id, "HEADERS");
    this.#codec.requireAcceptable(headers, LEAST_RESPONSE_SIZE);
    if (endStream && !stream.queue.isEmpty) {
      this.#codec.requireEncodable(headers);
      stream.queue.end(headers);
      return;
    }
    this.#codec.write(id, headers, endStream);
    if (endStream) this.#endLocal(stream);
  }

  /** Puts data in line; it is borrowed until it has been sent. */
  sendData(
    id: number,
    data: Uint8Array,
    endStream: boolean,
    start = 0,
    end: number = data.length,
  ): void {
    const stream = this.#sendable(id, "DATA");
    stream.queue.push(data, start, end);
    if (endStream) stream.queue.end();
    this.#scheduler.enqueue(stream);
  }

  /** Whether this end may still send on a stream. */
  canSend(id: number): boolean {
    const stream = this.#table.get(id);
    return stream !== undefined && isSendable(stream);
  }

  /** Octets of a stream that wait to be sent. */
  queuedOctets(id: number): number {
    return this.#table.get(id)?.queue.octets ?? 0;
  }

  /** Writes the next batch of DATA that windows allow, see `Scheduler.pump`. */
  pump(octets?: number): void {
    const { available } = this.#window;
    this.#scheduler.pump((stream) => this.#onSent(stream), octets);
    if (this.#window.available < available) this.#context.memory.sent();
  }

  /**
   * The peer lets this end send more on the connection; answers whether the
   * window stays within 2^31-1.
   */
  addToWindow(octets: number): boolean {
    return this.#window.add(octets);
  }

  /** The window of a stream has changed: it may go on. */
  resume(stream: Stream): void {
    this.#scheduler.enqueue(stream);
  }

  /** A stream is gone. */
  remove(stream: Stream): void {
    this.#scheduler.remove(stream);
  }

  #onSent(stream: Stream): void {
    const { queue, id } = stream;
    const { trailers, endsWithData, octets } = queue;
    if (trailers === undefined && !endsWithData) {
      const { events } = this.#context;
      events.push({ at: events.now, type: "writable", streamId: id });
    } else if (octets === 0) {
      if (trailers !== undefined) this.#codec.write(id, trailers, true);
      queue.ended();
      this.#endLocal(stream);
    }
  }

  /**
   * This end has ended its side. A client that still sends is told to stop:
   * "a server MAY request that the client abort transmission of a request
   * without error by sending a RST_STREAM with an error code of NO_ERROR"
   * (RFC 9113 section 8.1).
   */
  #endLocal(stream: Stream): void {
    if (this.#table.endLocal(stream)) {
      this.#faults.earn();
      return this.#noteEnded(stream.id);
    }
    if (this.#context.role === "client") return;
    const { output } = this.#context;
    encodeRstStream(output, stream.id, ErrorCode.NO_ERROR);
    output.command();
    this.#table.reset(stream.id, true);
    this.#noteEnded(stream.id);
  }

  #noteEnded(streamId: number): void {
    const { events } = this.#context;
    events.push(endedEvent(events.now, streamId));
  }

  #sendable(id: number, frame: string): Stream {
    const stream = this.#table.get(id);
    if (stream !== undefined && isSendable(stream)) return stream;
    throw new TypeError(
      `Cannot send ${frame} on stream ${id}: ${
        stream === undefined ? "it is not active" : "this end has ended it"
      }`,
    );
  }
}

function isSendable({ state, queue }: Stream): boolean {
  return state !== "half-closed-local" && !queue.endsWithData &&
    queue.trailers === undefined;
}

function isHeadRequest(headers: readonly EncodableHeaderField[]): boolean {
  for (const field of headers) {
    if (field[0] === ":method") return field[1] === "HEAD";
  }
  return false;
}
