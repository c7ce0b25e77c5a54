import {
  ConnectionError,
  type ContinuationFrame,
  type DataFrame,
  encodeData,
  encodeHeaders,
  encodeRstStream,
  encodeWindowUpdate,
  ErrorCode,
  type HeadersFrame,
  MAX_UINT31,
  type RstStreamFrame,
  StreamError,
  type WindowUpdateFrame,
} from "../frames/mod.ts";
import type { ConnectionEvent } from "./events.ts";
import type { FloodBudget } from "./flood_budget.ts";
import {
  DEFAULT_WINDOW_SIZE,
  ReceiveWindow,
  SendWindow,
} from "./flow_window.ts";
import type { Goaway } from "./goaway_state.ts";
import { type HeaderBlock, HeaderBlockAssembly } from "./header_block.ts";
import type { Output } from "./output.ts";
import type { PeerSettings } from "./peer_settings.ts";
import type { Role } from "./role.ts";
import type { Stream } from "./stream.ts";
import { streamClosed, streamIdle, StreamTable } from "./stream_table.ts";

/** What the streams share with their connection. */
export interface StreamContext {
  /** Which end this is. */
  readonly role: Role;
  /** Streams that the peer may have open at once. */
  readonly maxConcurrentStreams: number;
  /** What the peer has asked for. */
  readonly peer: PeerSettings;
  /** Where frames go. */
  readonly output: Output;
  /** Where events go. */
  readonly events: ConnectionEvent[];
  /** What useless frames are charged to. */
  readonly flood: FloodBudget;
}

/**
 * The frames of streams: HEADERS, CONTINUATION, DATA, RST_STREAM and
 * WINDOW_UPDATE, with the states of section 5.1 and the windows of section 5.2
 * of RFC 9113.
 */
export class StreamLayer {
  readonly #context: StreamContext;
  readonly #table: StreamTable;
  readonly #headers = new HeaderBlockAssembly();
  readonly #send = new SendWindow(DEFAULT_WINDOW_SIZE);
  readonly #receive = new ReceiveWindow(DEFAULT_WINDOW_SIZE);
  #refuseAbove = MAX_UINT31;

  /** Starts without streams. */
  constructor(context: StreamContext) {
    this.#context = context;
    this.#table = new StreamTable(
      context.role,
      context.peer.initialWindowSize,
      DEFAULT_WINDOW_SIZE,
    );
  }

  /** Streams that are open or half-closed. */
  get activeCount(): number {
    return this.#table.activeCount;
  }

  /** The highest stream identifier that the peer has opened. */
  get lastPeerId(): number {
    return this.#table.lastPeerId;
  }

  /** Checks that a field block is not interrupted. */
  get headerBlocks(): HeaderBlockAssembly {
    return this.#headers;
  }

  /** The final GOAWAY is sent: further streams of the peer are dropped. */
  refuseNew(): void {
    this.#refuseAbove = this.#table.lastPeerId;
  }

  /** The peer's GOAWAY: streams above its identifier were not processed. */
  goaway({ lastStreamId }: Goaway): void {
    for (const id of this.#table.localAbove(lastStreamId)) {
      this.#end(id, ErrorCode.REFUSED_STREAM, "peer", true);
    }
  }

  /** Opens a stream with a request. Whether one may open is for the owner. */
  open(block: Uint8Array, endStream: boolean): number {
    if (this.#table.exhausted) {
      throw new RangeError(
        `Cannot open a stream: all identifiers up to ${MAX_UINT31} are used, open a new connection`,
      );
    }
    this.#requireFragment(block);
    const stream = this.#table.openLocal(endStream);
    this.#writeHeaders(stream.id, block, endStream);
    return stream.id;
  }

  /** Whether this end can still send on a stream. */
  canSend(id: number): boolean {
    const stream = this.#table.get(id);
    return stream !== undefined && stream.state !== "half-closed-local";
  }

  /** Sends response headers or trailers. */
  sendHeaders(id: number, block: Uint8Array, endStream: boolean): void {
    const stream = this.#sendable(id, "HEADERS");
    this.#requireFragment(block);
    this.#writeHeaders(id, block, endStream);
    if (endStream) this.#table.endLocal(stream);
  }

  /**
   * Sends as much data as windows and frame size allow.
   *
   * @returns Octets that were sent; END_STREAM only goes out with the last.
   */
  sendData(id: number, data: Uint8Array, endStream: boolean): number {
    const stream = this.#sendable(id, "DATA");
    const allowed = Math.min(
      data.length,
      this.#context.peer.maxFrameSize,
      Math.max(0, this.#send.available),
      Math.max(0, stream.send.available),
    );
    const last = allowed === data.length;
    if (allowed === 0 && !(last && endStream)) return 0;
    const { output } = this.#context;
    encodeData(output.writer, id, data.subarray(0, allowed), last && endStream);
    output.message();
    this.#send.take(allowed);
    stream.send.take(allowed);
    if (last && endStream) this.#table.endLocal(stream);
    return allowed;
  }

  /** Ends a stream at once. Nothing happens if it has ended already. */
  reset(id: number, code: number): void {
    if (this.#table.get(id) === undefined) return;
    encodeRstStream(this.#context.output.writer, id, code);
    this.#context.output.command();
    this.#end(id, code, "local", false);
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

  /** Changes all windows after a SETTINGS frame. */
  resizeSendWindows(size: number): void {
    this.#table.resizeSendWindows(size);
  }

  /**
   * A stream error of the peer is answered with RST_STREAM, or with GOAWAY if
   * the stream is idle, which no RST_STREAM may name (RFC 9113 section 6.4).
   */
  fail(error: StreamError, now: number): void {
    if (this.#table.lookup(error.streamId) === "idle") {
      throw new ConnectionError(error.code, error.message);
    }
    this.#context.flood.spend(now, "frame that is an error on its stream");
    encodeRstStream(this.#context.output.writer, error.streamId, error.code);
    this.#context.output.reply();
    this.#end(error.streamId, error.code, "local", false);
  }

  /** HEADERS or CONTINUATION arrived. */
  onHeaders(frame: HeadersFrame | ContinuationFrame, now: number): void {
    const whole = "endStream" in frame
      ? this.#headers.begin(frame)
      : this.#headers.continue(frame);
    if (whole !== undefined) this.#onHeaderBlock(whole, now);
  }

  /** DATA arrived. */
  onData(frame: DataFrame, now: number): void {
    const { streamId, data, endStream, flowControlledLength } = frame;
    if (data.length === 0 && !endStream) {
      this.#context.flood.spend(now, "DATA frame without data");
    }
    this.#receiveOnConnection(flowControlledLength);
    const stream = this.#table.lookup(streamId);
    if (stream === "discarded" || this.#isRefused(streamId)) return;
    if (stream === "idle") throw streamIdle(streamId, "DATA");
    if (stream === "closed" || stream.state === "half-closed-remote") {
      throw streamClosed(streamId, "DATA");
    }
    if (!stream.receive.receive(flowControlledLength)) {
      throw new StreamError(
        streamId,
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received ${flowControlledLength} octets on stream ${streamId}, more than its window`,
      );
    }
    const padding = flowControlledLength - data.length;
    if (padding > 0) this.consumed(streamId, padding);
    if (endStream) this.#table.endRemote(stream);
    this.#context.events.push({ type: "data", streamId, data, endStream });
  }

  /**
   * RST_STREAM arrived. One that ends a request of this end is no flood, how
   * ever often: servers end a response so if they need no more of the request.
   */
  onRstStream({ streamId, errorCode }: RstStreamFrame, now: number): void {
    const stream = this.#table.lookup(streamId);
    const endsRequest = this.#context.role === "client" &&
      typeof stream === "object";
    if (!endsRequest) this.#context.flood.spend(now, "RST_STREAM frame");
    if (stream === "idle" && !this.#isRefused(streamId)) {
      throw streamIdle(streamId, "RST_STREAM");
    }
    const unprocessed = errorCode === ErrorCode.REFUSED_STREAM;
    this.#end(streamId, errorCode, "peer", unprocessed);
  }

  /** WINDOW_UPDATE arrived. */
  onWindowUpdate(frame: WindowUpdateFrame): void {
    const { streamId, windowSizeIncrement } = frame;
    if (streamId === 0) {
      if (this.#send.add(windowSizeIncrement)) return;
      throw new ConnectionError(
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received a WINDOW_UPDATE frame that takes the connection window above ${MAX_UINT31}`,
      );
    }
    const stream = this.#table.lookup(streamId);
    if (stream === "idle" && !this.#isRefused(streamId)) {
      throw streamIdle(streamId, "WINDOW_UPDATE");
    }
    if (typeof stream === "string" || stream.send.add(windowSizeIncrement)) {
      return;
    }
    throw new StreamError(
      streamId,
      ErrorCode.FLOW_CONTROL_ERROR,
      `Received a WINDOW_UPDATE frame that takes the window of stream ${streamId} above ${MAX_UINT31}`,
    );
  }

  #onHeaderBlock(whole: HeaderBlock, now: number): void {
    const { streamId, endStream } = whole;
    const stream = this.#table.lookup(streamId);
    if (stream === "discarded" || this.#isRefused(streamId)) return;
    if (typeof stream === "string") {
      this.#table.notePeerId(streamId);
      this.#openPeer(whole, now);
      return;
    }
    if (stream.state === "half-closed-remote") {
      throw streamClosed(streamId, "HEADERS");
    }
    if (endStream) this.#table.endRemote(stream);
    this.#context.events.push({ type: "headers", opens: false, ...whole });
  }

  #openPeer(whole: HeaderBlock, now: number): void {
    const { maxConcurrentStreams, flood, events } = this.#context;
    if (this.#table.activeCount >= maxConcurrentStreams) {
      flood.spend(now, "HEADERS frame above MAX_CONCURRENT_STREAMS");
      throw new StreamError(
        whole.streamId,
        ErrorCode.REFUSED_STREAM,
        `Received a HEADERS frame for stream ${whole.streamId}, but ${maxConcurrentStreams} are open`,
      );
    }
    this.#table.openPeer(whole.streamId, whole.endStream);
    events.push({ type: "headers", opens: true, ...whole });
  }

  /** "The receiver of [the final] GOAWAY" may have sent them before it came. */
  #isRefused(id: number): boolean {
    return id > this.#refuseAbove && id % 2 === 1;
  }

  #receiveOnConnection(octets: number): void {
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
    encodeWindowUpdate(this.#context.output.writer, id, increment);
    this.#context.output.reply();
  }

  #end(
    streamId: number,
    code: number,
    by: "local" | "peer",
    unprocessed: boolean,
  ): void {
    if (!this.#table.reset(streamId, by === "local")) return;
    const { events } = this.#context;
    events.push({ type: "reset", streamId, code, by, unprocessed });
  }

  #sendable(id: number, frame: string): Stream {
    const stream = this.#table.get(id);
    if (stream !== undefined && stream.state !== "half-closed-local") {
      return stream;
    }
    throw new TypeError(
      `Cannot send ${frame} on stream ${id}: it is ${
        stream?.state ?? "not active"
      }`,
    );
  }

  #requireFragment(block: Uint8Array): void {
    const { maxFrameSize } = this.#context.peer;
    if (block.length <= maxFrameSize) return;
    throw new RangeError(
      `Cannot send a field block of ${block.length} octets: the peer accepts ${maxFrameSize} in a frame`,
    );
  }

  #writeHeaders(id: number, block: Uint8Array, endStream: boolean): void {
    const { output } = this.#context;
    encodeHeaders(output.writer, id, block, endStream, true);
    output.message();
  }
}
